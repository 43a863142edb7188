using SharpBuild.MSBuild;
using Xunit;

namespace SharpBuild.UnitTests.MSBuild;

public sealed class RemoveContainerImagesTests
{
    private readonly FakeBuildEngine engine = new();

    [Fact]
    public void The_names_of_all_results_go_and_one_that_stays_is_a_warning()
    {
        using var program = new TaskProgram("echo Untagged: r/a:1; echo 'in use' >&2; exit 1");
        program.Write("results/a.json", """{"image.name":"r/a:1,r/a:2"}""");
        program.Write("results/b.json", """{"sharpbuild.failure":{}}""");
        using var task = Task(program);
        task.StoreRoot = "/store";
        Assert.True(task.Execute());
        Assert.Equal(["rmi", "--root", "/store", "r/a:1", "r/a:2"], program.Words);
        Assert.Equal(["/p/Web.csproj: warning SB0207: in use"], engine.Lines);
        Assert.Contains("Normal: Untagged: r/a:1", engine.Messages);
    }

    [Fact]
    public void Without_results_nothing_is_started()
    {
        using var program = new TaskProgram("");
        using var task = Task(program);
        task.Program = "/nowhere";
        Assert.True(task.Execute());
        Assert.Empty(engine.Lines);
    }

    private RemoveContainerImages Task(TaskProgram program) =>
        new() { BuildEngine = engine, Program = program.Path, ProjectDirectory = program.Project, ResultDirectory = program.Results };
}
