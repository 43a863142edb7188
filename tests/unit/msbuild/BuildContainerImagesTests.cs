using Microsoft.Build.Utilities;
using SharpBuild.MSBuild;
using Xunit;
using Task = System.Threading.Tasks.Task;

namespace SharpBuild.UnitTests.MSBuild;

public sealed class BuildContainerImagesTests
{
    private readonly FakeBuildEngine engine = new();

    [Fact]
    public void An_image_comes_back_with_its_names_and_digests()
    {
        using var program = new TaskProgram(Say(
            """{"type":"planned","steps":[{"step":1,"name":"[1/2] FROM busybox"},{"step":2,"name":"[2/2] RUN true"}]}""",
            """{"type":"step-completed","step":1,"cached":true,"seconds":0}""",
            """{"type":"step-completed","step":2,"cached":false,"seconds":1.25}""",
            """{"type":"completed","configDigest":"sha256:0123456789abcdef","manifestDigest":"sha256:fedcba","names":["r/a:1","r/a:2"],"outputs":[]}"""));
        using var task = Make(program, ("Tags", "r/a:1;r/a:2"));
        Assert.True(task.Execute(), string.Join('\n', engine.Lines));
        var image = Assert.Single(task.Results);
        Assert.Equal(("r/a:1", "r/a:1;r/a:2"), (image.ItemSpec, image.GetMetadata("Names")));
        Assert.Equal(("sha256:0123456789abcdef", "sha256:fedcba"), (image.GetMetadata("ImageId"), image.GetMetadata("Digest")));
        Assert.Contains("High: Dockerfile -> r/a:1, r/a:2 (sha256:0123456789ab)", engine.Messages);
        Assert.Contains("Normal: #1 [1/2] FROM busybox: cached", engine.Messages);
        Assert.Empty(engine.Lines);
        Assert.Equal(0, engine.Yields);
    }

    [Fact]
    public void An_error_stands_at_its_line_with_the_end_of_what_the_step_wrote()
    {
        using var program = new TaskProgram(Say(
            """{"type":"planned","steps":[{"step":1,"name":"[1/2] RUN make"}]}""",
            """{"type":"step-output","step":1,"stream":1,"text":"half of a "}""",
            """{"type":"step-output","step":1,"stream":2,"base64":"/2Jyb2tlbgo="}""",
            """{"type":"step-output","step":1,"stream":1,"text":"line {0}\n"}""",
            """{"type":"step-failed","step":1,"message":"","seconds":1}""",
            """{"type":"failed","code":"SB3001","message":"it failed","exitCode":1,"errors":[{"code":"SB3001","message":"it {1} failed","hint":"mend it","file":"Dockerfile","line":3,"column":1,"endLine":4,"endColumn":9}]}""") + "\nexit 1");
        using var task = Make(program);
        Assert.False(task.Execute());
        Assert.Equal([$"{program.Project}/Dockerfile(3,1,4,9): error SB3001: it {{1}} failed (mend it)\n\uFFFDbroken\nhalf of a line {{0}}"], engine.Lines);
        Assert.Empty(task.Results);
    }

    [Fact]
    public void What_a_step_writes_controls_neither_terminal_nor_service()
    {
        using var program = new TaskProgram(Say(
            """{"type":"planned","steps":[{"step":1,"name":"RUN \u001b]0;title\u0007make"}]}""",
            """{"type":"step-output","step":1,"stream":1,"text":"  ::error::a\n\u001b[31mred\u001b[0m ##vso[task.x]b\n"}""",
            """{"type":"step-failed","step":1,"message":"","seconds":1}""",
            """{"type":"failed","code":"SB3001","message":"it \u009b2Jfailed","exitCode":1}""") + "\nexit 1");
        using var task = Make(program);
        Assert.False(task.Execute());
        Assert.Equal([$"{program.Project}/Dockerfile: error SB3001: it 2Jfailed\n  : :error::a\nred # #vso[task.x]b"], engine.Lines);
        Assert.DoesNotContain(engine.Messages, static line => line.Any(static c => c is '\e' or '\a'));
    }

    [Theory]
    [InlineData("echo \"sharpbuild build: unknown option '--x'\" >&2; exit 125", "error SB0201: sharpbuild build: unknown option '--x'")]
    [InlineData("exit 9", "error SB0201: sharpbuild ended with exit code 9 and no word about it.")]
    public void A_program_that_refuses_is_quoted(string script, string line)
    {
        using var program = new TaskProgram(script);
        using var task = Make(program);
        Assert.False(task.Execute());
        Assert.Equal([$"{program.Project}/Dockerfile: {line}"], engine.Lines);
    }

    [Fact]
    public void A_program_that_is_not_there_is_named()
    {
        using var program = new TaskProgram("");
        using var task = Make(program);
        task.Program = "/nowhere/sharpbuild";
        Assert.False(task.Execute());
        Assert.StartsWith("/p/Web.csproj: error SB0206: /nowhere/sharpbuild could not be started", Assert.Single(engine.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_asks_the_program_to_stop_and_is_an_error()
    {
        using var program = new TaskProgram("trap 'exit 130' INT; echo '{\"type\":\"warning\",\"code\":\"SB2001\",\"message\":\"it runs\"}' >&2; while :; do sleep 0.05; done");
        using var task = Make(program);
        var isDone = Task.Run(task.Execute, TestContext.Current.CancellationToken);
        Assert.True(SpinWait.SpinUntil(() => engine.Lines.Count > 0, TimeSpan.FromSeconds(20)), "it did not start");
        task.Cancel();
        Assert.False(await isDone);
        Assert.Equal($"{program.Project}/Dockerfile: error SB9003: The build of the image was stopped.", engine.Lines[1]);
    }

    [Fact]
    public void Odd_values_reach_the_program_as_they_are()
    {
        using var program = new TaskProgram("exit 9");
        using var task = Make(
            program, ("BuildArgs", "A=two words;B=a%3Bb;C=100%25;D=\"'$HOME`id`*?"), ("Labels", "名=値 %3B ü"), ("Context", "/dir with/%25 and ü"), ("Stage", ""),
            ("NoCache", "True"), ("ExtraArguments", "--ulimit \"nofile=1 2\"  --explain"), ("Platform", "linux/amd64"));
        task.StoreRoot = "/a store";
        Assert.False(task.Execute());
        Assert.Equal(
            ["build", "--progress", "rawjson", "--file", $"{program.Project}/Dockerfile", "--metadata-file", $"{program.Results}/image.json", "--root", "/a store",
                "--build-arg", "A=two words", "--build-arg", "B=a;b", "--build-arg", "C=100%", "--build-arg", "D=\"'$HOME`id`*?", "--label", "名=値 ; ü",
                "--platform", "linux/amd64", "--no-cache", "--ulimit", "nofile=1 2", "--explain", "/dir with/% and ü"],
            program.Words);
    }

    [Fact]
    public void Every_image_is_pushed_when_that_is_asked_for_and_none_after_one_that_failed()
    {
        using var program = new TaskProgram("exit 9");
        using var task = Make(program);
        task.AlwaysPush = true;
        task.Images = [task.Images[0], new TaskItem("Second")];
        Assert.False(task.Execute());
        Assert.Contains("--push", program.Words);
        Assert.Single(engine.Lines);
    }

    private static string Say(params string[] events) => $"cat >&2 <<'EVENTS'\n{string.Join('\n', events)}\nEVENTS";

    private BuildContainerImages Make(TaskProgram program, params (string Name, string Value)[] metadata)
    {
        var image = new TaskItem($"{program.Project}/Dockerfile");
        foreach (var (name, value) in metadata)
        {
            image.SetMetadata(name, value);
        }

        return new() { BuildEngine = engine, Images = [image], Program = program.Path, ProjectDirectory = program.Project, ResultDirectory = program.Results };
    }
}
