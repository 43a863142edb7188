using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>The pipelines of <c>examples/ci</c>: their commands as the services would run them, with the packed tool and a registry that wants a login.</summary>
public sealed class PipelineSpecs(DotNetWorkshop workshop) : IClassFixture<DotNetWorkshop>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task I_can_copy_the_workflow_for_GitHub_Actions()
    {
        var repository = await CheckOutAsync("github");
        var runner = new WorkflowRunner(await PipelineAsync("github-actions.yml"), workshop[repository], workshop.Command(repository).Environment);
        var log = await runner.RunAsync(name => name != "Let an ordinary user make containers", Cancellation);

        Assert.Contains("::group::#", log, StringComparison.Ordinal);
        Assert.Contains("Hello from BusyBox", log, StringComparison.Ordinal);
        Assert.Contains("`ghcr.io/example/shop:0123abc`", runner.Summary, StringComparison.Ordinal);
        Assert.StartsWith("sha256:", await File.ReadAllTextAsync(workshop[$"{repository}/image.id"], Cancellation), StringComparison.Ordinal);
        Assert.Contains("containerimage.digest", await File.ReadAllTextAsync(workshop[$"{repository}/image.json"], Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task I_can_copy_the_pipeline_for_GitLab()
    {
        var repository = await CheckOutAsync("gitlab");
        await using var registry = await LocalRegistry.StartAsync(Cancellation, isLocked: true);
        var pipeline = await PipelineAsync("gitlab-ci.yml");
        var environment = new Dictionary<string, string?>(workshop.Command(repository).Environment, StringComparer.Ordinal)
        {
            ["CI"] = "true",
            ["GITLAB_CI"] = "true",
            ["CI_PROJECT_DIR"] = workshop[repository],
            ["CI_BUILDS_DIR"] = workshop["gitlab-runner"],
            ["CI_REGISTRY"] = registry.Address,
            ["CI_REGISTRY_IMAGE"] = $"{registry.Address}/team/app",
            ["CI_REGISTRY_USER"] = "ada",
            ["CI_REGISTRY_PASSWORD"] = "secret",
            ["CI_COMMIT_SHA"] = "0123abc",
            ["CI_COMMIT_BRANCH"] = "main",
            ["CI_DEFAULT_BRANCH"] = "main",
        };
        foreach (var (name, value) in PipelineScripts.GitLabVariables(pipeline))
        {
            environment[name] = value.Replace("$CI_BUILDS_DIR", workshop["gitlab-runner"], StringComparison.Ordinal);
        }

        // The runner's disk keeps the base image from an earlier job.
        await new Command("cp", "-a", workshop.Program.Store, Directory.CreateDirectory(workshop["gitlab-runner"]).FullName + "/.sharpbuild").SucceedAsync(Cancellation);
        _ = await RunAsync(repository, environment, PipelineScripts.GitLabJob(pipeline, "check"));
        Assert.StartsWith("[", await File.ReadAllTextAsync(workshop[$"{repository}/code-quality.json"], Cancellation), StringComparison.Ordinal);
        var log = await RunAsync(repository, environment, PipelineScripts.GitLabJob(pipeline, "image"));
        Assert.Contains("section_start:", log, StringComparison.Ordinal);
        Assert.Contains("Hello from BusyBox", log, StringComparison.Ordinal);
        Assert.True(await HasAsync(registry, "team/app", "0123abc"));
    }

    [Fact]
    public async Task I_can_copy_the_pipeline_for_Azure()
    {
        var repository = await CheckOutAsync("azure");
        await using var registry = await LocalRegistry.StartAsync(Cancellation, isLocked: true);
        var environment = new Dictionary<string, string?>(workshop.Command(repository).Environment, StringComparer.Ordinal) { ["TF_BUILD"] = "True", ["BUILD_SOURCESDIRECTORY"] = workshop[repository] };
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["registry"] = registry.Address, ["Build.BuildId"] = "17" };
        var path = $"{NoRoot()}:{Environment.GetEnvironmentVariable("PATH")}";

        // What the task Docker@2 leaves behind: DOCKER_CONFIG with the login.
        workshop.Write("azure-login/config.json", $$"""{ "auths": { "{{registry.Address}}": { "auth": "{{Convert.ToBase64String("ada:secret"u8)}}" } } }""");
        environment["DOCKER_CONFIG"] = workshop["azure-login"];
        foreach (var (name, script) in PipelineScripts.AzureSteps(await PipelineAsync("azure-pipelines.yml")))
        {
            environment["PATH"] = path;
            var log = await RunAsync(repository, environment, Expand(script, variables));
            foreach (var line in log.Split('\n'))
            {
                path = line.StartsWith("##vso[task.prependpath]", StringComparison.Ordinal) ? $"{line["##vso[task.prependpath]".Length..]}:{path}" : path;
                SetVariable(name, line, variables);
            }
        }

        Assert.StartsWith("sha256:", variables["build.imageid"], StringComparison.Ordinal);
        Assert.True(await HasAsync(registry, "shop/api", "17"));
    }

    [Fact]
    public async Task I_can_copy_the_pipeline_for_Jenkins()
    {
        var repository = await CheckOutAsync("jenkins");
        await using var registry = await LocalRegistry.StartAsync(Cancellation, isLocked: true);
        var environment = new Dictionary<string, string?>(workshop.Command(repository).Environment, StringComparer.Ordinal)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH"),
            ["BUILD_NUMBER"] = "42",
            ["NAME"] = "ada",
            ["WORD"] = "secret",
        };
        var pipeline = (await PipelineAsync("Jenkinsfile")).Replace("registry.example.com", registry.Address, StringComparison.Ordinal);
        PipelineScripts.AddJenkinsVariables(pipeline, environment);
        var log = "";
        foreach (var script in PipelineScripts.JenkinsSteps(pipeline))
        {
            log += await RunAsync(repository, environment, script, "sh", "-xe");
        }

        Assert.Contains("Hello from BusyBox", log, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("ada:secret"u8), log, StringComparison.Ordinal);
        Assert.True(await HasAsync(registry, "shop/api", "42"));
    }

    private static Task<string> PipelineAsync(string name) => File.ReadAllTextAsync(SourceTree.Resolve($"examples/ci/{name}"), Cancellation);

    private async Task<string> CheckOutAsync(string name)
    {
        DotNetWorkshop.RequirePackages();
        Assert.SkipUnless(LocalRegistry.IsInstalled, "docker-registry is not installed");
        await new Command("cp", "-r", SourceTree.Resolve("examples/hello"), workshop[name]).SucceedAsync(Cancellation);
        return name;
    }

    /// <summary>Both streams of a script, as a service would show them.</summary>
    private async Task<string> RunAsync(string repository, Dictionary<string, string?> environment, string script, params string[] shell)
    {
        var words = shell.Length > 0 ? shell : ["bash", "--noprofile", "--norc", "-eo", "pipefail"];
        var result = await new Command(words[0], [.. words[1..], "-c", script]) { Directory = workshop[repository], Environment = environment }.RunAsync(Cancellation);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result.Error + result.Output;
    }

    // What only root may do has been done to the machine that runs the tests.
    private string NoRoot()
    {
        workshop.Write("no-root/sudo", "#!/bin/sh\n");
        File.SetUnixFileMode(workshop["no-root/sudo"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return workshop["no-root"];
    }

    private static string Expand(string script, Dictionary<string, string> variables) =>
        variables.Aggregate(script, (text, variable) => text.Replace($"$({variable.Key})", variable.Value, StringComparison.Ordinal));

    private static void SetVariable(string step, string line, Dictionary<string, string> variables)
    {
        const string Command = "##vso[task.setvariable variable=";
        if (line.StartsWith(Command, StringComparison.Ordinal) && line.IndexOf(';') is var end and > 0)
        {
            variables[$"{step}.{line[Command.Length..end]}"] = line[(line.IndexOf(']') + 1)..];
        }
    }

    private static async Task<bool> HasAsync(LocalRegistry registry, string repository, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(registry.Url, $"v2/{repository}/manifests/{tag}"));
        request.Headers.Authorization = new("Basic", Convert.ToBase64String("ada:secret"u8));
        request.Headers.Add("Accept", Image.MediaTypes.OciManifest);
        using var client = new HttpClient();
        using var response = await client.SendAsync(request, Cancellation);
        return response.IsSuccessStatusCode;
    }
}
