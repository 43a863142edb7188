using System.Text.RegularExpressions;
using SharpBuild.Image;
using SharpBuild.Image.Registry;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>The installed package, through nothing but <c>dotnet build</c> and <c>dotnet publish</c>.</summary>
public sealed class MSBuildSpecs(DotNetWorkshop workshop) : IClassFixture<DotNetWorkshop>
{
    private const string Image = "-t:SharpBuildImage";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task I_can_build_a_web_service_whose_Dockerfile_takes_the_publish_output_and_call_it()
    {
        DotNetWorkshop.RequirePackages();
        await workshop.ImportDebianAsync();
        Assert.Contains("docker.io/example/web:1.0, docker.io/example/web:latest (sha256:", await workshop.SucceedAsync("web", "build", Image), StringComparison.Ordinal);

        var port = LocalRegistry.FreePort();
        using var container = workshop.Program.Start("run", "--rm", "-e", $"ASPNETCORE_HTTP_PORTS={port}", "example/web");
        var page = await LocalRegistry.WaitUntilItAnswersAsync(new Uri($"http://127.0.0.1:{port}/"), TimeSpan.FromSeconds(60), Cancellation);
        Assert.Contains("Hello from a published project, user web", page, StringComparison.Ordinal);
        await new Command("kill", "-TERM", $"{container.Id}").SucceedAsync(Cancellation);
        await container.WaitForExitAsync(Cancellation);
        Assert.Contains("The web example", await workshop.Program.SucceedAsync(Cancellation, "inspect", "example/web"), StringComparison.Ordinal);

        Assert.Contains("is up to date", await workshop.SucceedAsync("web", "build", Image, "--no-restore"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task I_can_build_a_worker_from_a_plain_Dockerfile_when_I_publish_it()
    {
        DotNetWorkshop.RequirePackages();
        Assert.DoesNotContain("Dockerfile ->", await workshop.SucceedAsync("worker", "build"), StringComparison.Ordinal);
        Assert.Contains("docker.io/example/worker:latest", await workshop.SucceedAsync("worker", "publish", "-p:SharpBuildOnPublish=true"), StringComparison.Ordinal);
        Assert.EndsWith("worker 2.1.0: round 3\n", await workshop.Program.SucceedAsync(Cancellation, "run", "--rm", "example/worker"), StringComparison.Ordinal);
        Assert.Contains("is up to date", await workshop.SucceedAsync("worker", "build", Image, "--no-restore", "-p:ContainerArchiveOutputPath=out/"), StringComparison.Ordinal);
        Assert.True(File.Exists(workshop["worker/out/Worker.tar"]));
    }

    [Fact]
    public async Task I_can_build_a_solution_whose_services_share_a_base_image()
    {
        DotNetWorkshop.RequirePackages();
        await workshop.ImportDebianAsync();
        var output = await workshop.SucceedAsync("solution", "build", Image);
        Assert.Single(Regex.Matches(output, "Dockerfile -> docker.io/shop/base:latest", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.Contains("shop api at work", await workshop.Program.SucceedAsync(Cancellation, "run", "--rm", "shop/api"), StringComparison.Ordinal);
        Assert.Contains("shop web at work", await workshop.Program.SucceedAsync(Cancellation, "run", "--rm", "shop/web"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FROM busybox\nRUNN true\n", "2,1,2,[0-9]+", "SB1001", "RUNN")]
    [InlineData("FROM busybox\n\nRUN echo so far; echo '/x/y.cs(1,2): error CS1: forged'; exit 42\n", "3,1,3,[0-9]+", "SB3001", "exit code: 42")]
    public async Task I_see_an_error_once_at_its_line_in_every_logger(string dockerfile, string place, string code, string words)
    {
        DotNetWorkshop.RequirePackages();
        var name = $"Wrong{code}";
        workshop.WriteProject(name, dockerfile);
        var file = $"{workshop[name]}/Dockerfile\\({place}\\)";
        var error = $"{file}: error {code}: .*{words}";

        var console = await workshop.RunAsync(name, "msbuild", "-restore", Image, "-tl:off", "-clp:NoSummary", $"-bl:{workshop[name]}/log.binlog");
        Assert.Equal(1, console.ExitCode);
        AssertOnce(error, console.Output);
        Assert.DoesNotContain("\n/x/y.cs", console.Output, StringComparison.Ordinal);

        var terminal = await workshop.RunAsync(name, "build", Image, "--no-restore", "-tl:on");
        Assert.Equal(1, terminal.ExitCode);
        Assert.Contains("failed with 1 error(s)", terminal.Output, StringComparison.Ordinal);
        AssertOnce($"Dockerfile\\({place}\\): error {code}: ", WithoutEscapes(terminal.Output));

        AssertOnce(error, (await workshop.RunAsync(name, "msbuild", "log.binlog", "-tl:off", "-clp:NoSummary")).Output);
    }

    [Fact]
    public async Task I_see_a_finding_once_at_its_line_and_what_I_do_not_need_not_at_all()
    {
        DotNetWorkshop.RequirePackages();
        workshop.WriteProject("Finding", "FROM busybox\n");
        workshop.Write("Finding/program", """
            #!/bin/sh
            cat >&2 <<'EVENTS'
            {"v":1,"type":"planned","steps":[{"step":1,"name":"[1/1] FROM busybox"}]}
            {"v":1,"type":"an-event-of-the-future","more":[1]}
            {"v":1,"type":"warning","code":"SB2999","rule":"SomeRule","message":"something {0} smells","file":"Dockerfile","line":1,"column":6,"endLine":1,"endColumn":13}
            {"v":1,"type":"completed","configDigest":"sha256:0123456789abcdef","manifestDigest":"sha256:0123456789abcdef","names":["docker.io/library/x:latest"],"outputs":[]}
            EVENTS
            """);
        await new Command("chmod", "755", workshop["Finding/program"]).SucceedAsync(Cancellation);
        var output = await workshop.SucceedAsync("Finding", "msbuild", "-restore", Image, "-tl:off", "-clp:NoSummary", $"-p:SharpBuildProgram={workshop["Finding/program"]}");
        AssertOnce($"{workshop["Finding"]}/Dockerfile\\(1,6,1,13\\): warning SB2999: something \\{{0\\}} smells", output);

        workshop.Write("Finding/Dockerfile", "FROM busybox\nCMD echo shell form\n");
        AssertOnce("Dockerfile\\(2,.*\\): warning SB2007: CMD in shell form", await workshop.SucceedAsync("Finding", "msbuild", Image, "-tl:off", "-clp:NoSummary", "-v:m"));
    }

    [Fact]
    public async Task I_am_told_what_is_wrong_with_the_project()
    {
        DotNetWorkshop.RequirePackages();
        workshop.WriteProject("Odd", "FROM busybox\n", "<SharpBuildExtraArguments>--no-such-thing</SharpBuildExtraArguments><ContainerUser>app</ContainerUser>");
        var result = await workshop.RunAsync("Odd", "build", Image, "-tl:off");
        Assert.Contains("Dockerfile : error SB0201: sharpbuild build: unknown option '--no-such-thing'", result.Output, StringComparison.Ordinal);
        Assert.Contains("Odd.csproj : warning SB0203: ContainerUser has no effect", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_for_several_frameworks_gets_one_image_and_one_without_a_Dockerfile_none()
    {
        DotNetWorkshop.RequirePackages();

        // Nothing of the first framework is here: who compiled for it would fail.
        workshop.WriteProject("Several", "FROM busybox\nCOPY --from=publish Several.dll /\nCMD echo several\n", """
            <TargetFramework/><TargetFrameworks>net9.0;net10.0</TargetFrameworks>
            <DisableImplicitFrameworkReferences Condition="'$(TargetFramework)' == 'net9.0'">true</DisableImplicitFrameworkReferences>
            """);
        workshop.Write("Several/None/None.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"/>");
        workshop.Write("Several/All.slnx", "<Solution><Project Path=\"Several.csproj\"/><Project Path=\"None/None.csproj\"/></Solution>");
        workshop.Write("Several/Directory.Build.props", "<Project><Import Project=\"../Directory.Build.props\"/><PropertyGroup><EnableDefaultItems>false</EnableDefaultItems></PropertyGroup></Project>");
        var output = await workshop.SucceedAsync("Several", "build", "All.slnx", "-graph", Image, "-tl:off");
        AssertOnce("Several -> .*/Several.dll", output);
        AssertOnce("Dockerfile -> docker.io/library/several:latest", output);
        Assert.DoesNotContain("None ->", output, StringComparison.Ordinal);

        output = await workshop.SucceedAsync("Several", "msbuild", "All.slnx", "-t:SharpBuildLint", "-tl:off", "-clp:NoSummary");
        AssertOnce($"{workshop["Several"]}/Dockerfile\\(3,.*\\): warning SB2007: CMD in shell form", output);

        _ = await workshop.SucceedAsync("Several", "clean", "All.slnx", "-p:SharpBuildCleanImages=true");
        Assert.DoesNotContain("several", await workshop.Program.SucceedAsync(Cancellation, "images"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task I_can_push_with_the_properties_and_variables_of_the_SDK()
    {
        DotNetWorkshop.RequirePackages();
        Assert.SkipUnless(LocalRegistry.IsInstalled, "docker-registry is not installed");
        await using var registry = await LocalRegistry.StartAsync(Cancellation, isLocked: true);
        workshop.WriteProject("Pushed", "FROM busybox\n", $"""
            <ContainerRegistry>{registry.Address}</ContainerRegistry><ContainerRepository>team/app</ContainerRepository><ContainerImageTags>1;2</ContainerImageTags>
            <Description>Half; 100% "done"</Description><ContainerGenerateLabelsImageCreated>true</ContainerGenerateLabelsImageCreated>
            <ContainerGenerateLabelsImageAuthors>false</ContainerGenerateLabelsImageAuthors>
            """);
        var stranger = await workshop.RunAsync("Pushed", "msbuild", "-restore", Image, "-tl:off");
        AssertOnce($"{workshop["Pushed"]}/Dockerfile : error SB50", stranger.Output);

        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["DOTNET_CONTAINER_REGISTRY_UNAME"] = "ada",
            ["DOTNET_CONTAINER_REGISTRY_PWORD"] = "secret",
            ["SOURCE_DATE_EPOCH"] = "1000000000",
        };
        var pushed = await workshop.RunAsync("Pushed", environment, "msbuild", Image, "-tl:off", $"-bl:{workshop["Pushed"]}/log.binlog");
        Assert.True(pushed.ExitCode == 0, pushed.ToString());
        Assert.Contains($"Dockerfile -> {registry.Address}/team/app:1, {registry.Address}/team/app:2", pushed.Output, StringComparison.Ordinal);

        // MSBuild writes the environment into its log, as ever; we add nothing to that.
        Assert.DoesNotContain("auths", (await workshop.RunAsync("Pushed", "msbuild", "log.binlog", "-v:diag", "-tl:off")).Output, StringComparison.Ordinal);

        var logins = $$"""{ "auths": { "{{registry.Address}}": { "username": "ada", "password": "secret" } } }""";
        using var client = new RegistryClient(new RegistryOptions { Credentials = new DockerCredentials(name => name == "DOCKER_AUTH_CONFIG" ? logins : null) });
        _ = await client.ResolveAsync(ImageReference.Parse($"{registry.Address}/team/app:2"), Cancellation);
        var image = await workshop.Program.SucceedAsync(Cancellation, "inspect", $"{registry.Address}/team/app:1");
        Assert.Contains("\"org.opencontainers.image.description\": \"Half; 100% \\\"done\\\"\"", image, StringComparison.Ordinal);
        Assert.Contains("\"org.opencontainers.image.created\": \"2001-09-09T01:46:40.0000000Z\"", image, StringComparison.Ordinal);
        Assert.DoesNotContain("image.authors", image, StringComparison.Ordinal);
        Assert.DoesNotContain("net.dot", image, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_is_stopped_fails_with_an_error_and_leaves_nothing_behind()
    {
        DotNetWorkshop.RequirePackages();
        workshop.WriteProject("Endless", "FROM busybox\nRUN sleep 98765\n");
        _ = await workshop.SucceedAsync("Endless", "restore");
        using var build = workshop.Command("Endless", "build", Image, "--no-restore", "-tl:off").Start();
        var output = build.StandardOutput.ReadToEndAsync(Cancellation);
        while ((await Sleepers()).Length == 0)
        {
            Assert.False(build.HasExited, "it ended by itself");
            await Task.Delay(100, Cancellation);
        }

        await new Command("kill", "-INT", $"{build.Id}").SucceedAsync(Cancellation);
        await build.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("error SB9003", await output, StringComparison.Ordinal);
        Assert.Empty(await Sleepers());
        Assert.DoesNotContain(workshop.Program.Store, await File.ReadAllTextAsync("/proc/self/mounts", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task I_can_install_the_tool_into_an_empty_profile_and_build_with_it_on_any_architecture()
    {
        DotNetWorkshop.RequirePackages();
        await workshop.SucceedAsync("worker", "tool", "install", "--global", "sharpbuild");
        var tool = new Command(Path.Combine(workshop.Home, ".dotnet/tools/sharpbuild"), "images", "--root", workshop.Program.Store);
        Assert.Contains("busybox", await tool.SucceedAsync(Cancellation), StringComparison.Ordinal);

        _ = await workshop.SucceedAsync("worker", "restore");
        var any = Directory.GetFiles(Path.Combine(workshop.Home, ".nuget/packages/sharpbuild.msbuild"), "sharpbuild.dll", SearchOption.AllDirectories).Single(path => path.Contains("/any/", StringComparison.Ordinal));
        Assert.Contains("example/worker:any", await workshop.SucceedAsync("worker", "build", Image, $"-p:SharpBuildProgram={any}", "-p:ContainerImageTag=any"), StringComparison.Ordinal);
    }

    private static void AssertOnce(string pattern, string text)
    {
        var count = Regex.Count(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.True(count == 1, $"{count} times {pattern} in:\n{text}");
    }

    // Colours, and the hyperlinks that codes are.
    private static string WithoutEscapes(string text) =>
        Regex.Replace(text, "\\e\\][^\\e]*\\e\\\\|\\e\\[[0-9;?]*[a-zA-Z]", "", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static async Task<string> Sleepers() => (await new Command("pgrep", "-f", "sleep 98765").RunAsync(Cancellation)).Output;
}
