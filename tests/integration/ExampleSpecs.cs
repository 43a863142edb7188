using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>The folders of <c>examples/</c>, built and run as their READMEs say, and judged by programs that are not ours.</summary>
[Trait("Rootless", "also")]
public sealed class ExampleSpecs : IAsyncLifetime
{
    private readonly SharpBuildProgram sharpbuild = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(SharpBuildProgram.Program is null, SharpBuildProgram.NotPublished);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => sharpbuild.DisposeAsync();

    [Fact]
    public async Task I_can_build_hello_run_it_and_build_it_again_from_the_cache()
    {
        await sharpbuild.ImportBusyboxAsync(Cancellation);
        await BuildAsync("hello", "-t", "hello");
        var output = await sharpbuild.SucceedAsync(Cancellation, "run", "--rm", "hello");
        Assert.StartsWith("Hello from BusyBox v", output, StringComparison.Ordinal);
        Assert.EndsWith("no daemon, no registry.\n", output, StringComparison.Ordinal);

        var again = await BuildAsync("hello", "-t", "hello", "--progress", "plain");
        Assert.Equal(4, Count(again.Error, " CACHED"));

        await BuildAsync("hello", "-t", "hello", "--build-arg", "GREETING=Hi");
        Assert.StartsWith("Hi from", await sharpbuild.SucceedAsync(Cancellation, "run", "--rm", "hello"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task I_can_build_eight_stages_side_by_side_and_the_unneeded_one_does_not_run()
    {
        await sharpbuild.ImportBusyboxAsync(Cancellation);
        var start = Stopwatch.GetTimestamp();
        var built = await BuildAsync("parallel", "-t", "parallel", "--progress", "plain");
        var elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;

        // As a ratio, because the machine may be busy with other tests: what the steps took together against the whole build.
        var together = built.Error.Split('\n').Where(static line => line.Contains(" DONE ", StringComparison.Ordinal))
            .Sum(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..].TrimEnd('s'), CultureInfo.InvariantCulture));
        Assert.InRange(together, 8, double.MaxValue);
        Assert.InRange(elapsed, 1, together / 1.5);
        Assert.Equal("a\nb\nc\nd\ne\nf\ng\nh\n", await sharpbuild.SucceedAsync(Cancellation, "run", "--rm", "parallel"));
    }

    [Fact]
    public async Task I_see_which_line_failed_how_and_what_it_said_last()
    {
        await sharpbuild.ImportBusyboxAsync(Cancellation);
        var result = await sharpbuild.RunAsync(Cancellation, Directory("failing"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("exit code: 42", result.Error, StringComparison.Ordinal);
        Assert.Contains("there is none", result.Error, StringComparison.Ordinal);
        Assert.Contains("Dockerfile:3", result.Error, StringComparison.Ordinal);
        Assert.Contains(">>> RUN echo \"looking for the answer\"", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("never reached\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task I_can_build_nginx_on_debian_serve_a_page_and_others_see_the_image_as_it_ran()
    {
        await ImportDebianAsync();
        await BuildAsync("debian-nginx", "-t", "debian-nginx");
        await AssertServesAsync("debian-nginx", "PORT", "Served by nginx in an image that sharpbuild made.");
        await AssertOthersSeeWhatRanAsync("debian-nginx");
    }

    [Fact]
    public async Task I_can_build_a_dotnet_service_in_two_stages_and_call_it()
    {
        var sdk = Path.GetDirectoryName(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"));
        Assert.SkipWhen(sdk is null, "DOTNET_HOST_PATH does not name the dotnet of an SDK (./test.sh sets it)");
        await ImportDebianAsync();
        await BuildAsync("dotnet-app", "--build-context", $"sdk={sdk}", "-t", "dotnet-app");
        await AssertServesAsync("dotnet-app", "ASPNETCORE_HTTP_PORTS", "user www-data");
        var files = await sharpbuild.RunAsync(Cancellation, "run", "--rm", "--entrypoint", "ls", "dotnet-app", "/usr/share/dotnet/sdk");
        Assert.NotEqual(0, files.ExitCode);
    }

    private static string Directory(string example) => SourceTree.Resolve($"examples/{example}");

    private static int Count(string text, string word) => text.Split(word).Length - 1;

    private async Task<CommandResult> BuildAsync(string example, params IReadOnlyList<string> options)
    {
        var result = await sharpbuild.RunAsync(Cancellation, ["build", .. options, Directory(example)]);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    private async Task ImportDebianAsync()
    {
        Assert.SkipUnless(DebianRootfs.IsAvailable, "neither a cached Debian root file system nor mmdebstrap is here");
        await sharpbuild.SucceedAsync(Cancellation, "import", await DebianRootfs.GetAsync(Cancellation), $"debian:{DebianRootfs.Release}");
    }

    private async Task AssertServesAsync(string image, string portVariable, string expected)
    {
        var port = LocalRegistry.FreePort();
        using var container = sharpbuild.Start("run", "--rm", "-e", $"{portVariable}={port}", image);
        var log = container.StandardError.ReadToEndAsync(Cancellation);
        var output = container.StandardOutput.ReadToEndAsync(Cancellation);
        var page = LocalRegistry.WaitUntilItAnswersAsync(new Uri($"http://127.0.0.1:{port}/"), TimeSpan.FromSeconds(30), Cancellation);
        var ended = container.WaitForExitAsync(Cancellation);
        Assert.True(await Task.WhenAny(page, ended) == page, $"{image} ended before it answered:\n{(ended.IsCompleted ? await output + await log : "")}");
        Assert.Contains(expected, await page, StringComparison.Ordinal);

        await new Command("kill", "-TERM", $"{container.Id}").SucceedAsync(Cancellation);
        await ended.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    /// <summary>Through a registry and skopeo to umoci, then file by file against a tar that the container itself made of its root.</summary>
    private async Task AssertOthersSeeWhatRanAsync(string image)
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled && Command.Exists("skopeo") && Command.Exists("umoci"), "docker-registry, skopeo or umoci is not installed");
        using var work = new TemporaryDirectory();
        await using var registry = await LocalRegistry.StartAsync(Cancellation);
        var remote = $"docker://{registry.Address}/{image}:v1";
        await BuildAsync(image, "-o", $"type=oci,dest={work["image.tar"]}");
        await SkopeoAsync("copy", "--dest-tls-verify=false", $"oci-archive:{work["image.tar"]}", remote);
        using var inspected = JsonDocument.Parse(await SkopeoAsync("inspect", "--tls-verify=false", remote));
        Assert.Equal("linux", inspected.RootElement.GetProperty("Os").GetString());

        await SkopeoAsync("copy", "--src-tls-verify=false", remote, $"oci:{work["layout"]}:v1");
        string[] rootless = SharpBuildProgram.IsRootless ? ["--rootless"] : [];
        await new Command("umoci", ["unpack", .. rootless, "--image", $"{work["layout"]}:v1", work["bundle"]]).SucceedAsync(Cancellation);
        if (!SharpBuildProgram.IsRootless)
        {
            Assert.Equal(await TreeThatRanAsync(image, work), await TreeOnDiskAsync(work["bundle/rootfs"], work["unpacked.tar"]));
        }
    }

    private async Task<IEnumerable<string>> TreeThatRanAsync(string image, TemporaryDirectory work)
    {
        await sharpbuild.SucceedAsync(
            Cancellation, "run", "--rm", "-v", $"{work.Path}:/mnt", image, "tar", "-C", "/", "--one-file-system", "-cf", "/mnt/ran.tar", ".");
        return Lines(work["ran.tar"]);
    }

    private static async Task<IEnumerable<string>> TreeOnDiskAsync(string root, string tar)
    {
        await new Command("tar", "-C", root, "--one-file-system", "-cf", tar, ".").SucceedAsync(Cancellation);
        return Lines(tar);
    }

    private static IEnumerable<string> Lines(string tar)
    {
        using var stream = File.OpenRead(tar);
        return [.. TarListing.Read(stream, BelongsToTheContainer).Select(entry => $"{entry.Key}: {entry.Value}")];
    }

    // What every container gets from outside: what is mounted over the image's directories, and the files that name the host.
    private static bool BelongsToTheContainer(string path) =>
        path.Split('/')[0] is "dev" or "proc" or "sys" or "mnt"
        || path is "etc/hosts" or "etc/resolv.conf" or "etc/hostname" or "etc/mtab";

    private static Task<string> SkopeoAsync(params IReadOnlyList<string> arguments) =>
        new Command("skopeo", ["--insecure-policy", .. arguments]).SucceedAsync(Cancellation);
}
