using Microsoft.Build.Utilities;
using SharpBuild.MSBuild;
using Xunit;

namespace SharpBuild.UnitTests.MSBuild;

public sealed class CheckDockerfilesTests
{
    private readonly FakeBuildEngine engine = new();

    [Fact]
    public void Findings_are_warnings_and_mistakes_errors_at_their_lines()
    {
        using var program = new TaskProgram("cat <<'SARIF'\n" + """
            {"runs":[{"results":[
              {"ruleId":"SB2007","level":"warning","message":{"text":"a {0} finding"},"locations":[{"physicalLocation":{"region":{"startLine":2,"startColumn":1,"endLine":2,"endColumn":9}}}]},
              {"ruleId":"SB1001","level":"error","message":{"text":"a mistake"},"locations":[{"physicalLocation":{"region":{"startLine":3,"startColumn":4,"endLine":5,"endColumn":6}}}]}
            ]}]}
            """ + "\nSARIF\nexit 1");
        using var task = Task(program);
        Assert.False(task.Execute());
        Assert.Equal(["/p/Dockerfile(2,1,2,9): warning SB2007: a {0} finding", "/p/Dockerfile(3,4,5,6): error SB1001: a mistake"], engine.Lines);
        Assert.Equal(["build", "--call", "check,format=sarif", "--file", "/p/Dockerfile", "--build-arg", "A=1", "--target", "final", "/p"], program.Words);
    }

    [Fact]
    public void A_refusal_is_quoted()
    {
        using var program = new TaskProgram("echo no >&2; exit 125");
        using var task = Task(program);
        Assert.False(task.Execute());
        Assert.Equal(["/p/Dockerfile: error SB0201: no"], engine.Lines);
    }

    private CheckDockerfiles Task(TaskProgram program)
    {
        var image = new TaskItem("/p/Dockerfile");
        image.SetMetadata("BuildArgs", "A=1");
        image.SetMetadata("Stage", "final");
        image.SetMetadata("Context", "/p");
        return new() { BuildEngine = engine, Images = [image], Program = program.Path, ProjectDirectory = program.Project };
    }
}
