using System.Diagnostics;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Servers, proxies and terminals that do not do what they should.</summary>
[Trait("Rootless", "also")]
public sealed class NetworkSpecs : IAsyncDisposable
{
    private readonly SharpBuildProgram sharpbuild = new();
    private readonly SharpBuild.Testing.TemporaryDirectory directory = new();

    public NetworkSpecs() => Assert.SkipUnless(SharpBuildProgram.Program is not null, SharpBuildProgram.NotPublished);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::ffff:a9fe:a9fe]/")]
    [InlineData("http://0/")]
    public async Task A_file_is_not_fetched_from_where_no_server_may_send_us(string location)
    {
        await using var server = new WebServer(_ => WebAnswer.Empty(302, ("Location", location)));
        directory.Write("context/Dockerfile", $"FROM scratch\nADD {server.Url}/f /\n");
        var result = await sharpbuild.RunAsync(Cancellation, "build", directory["context"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("where no server may send us", result.Error, StringComparison.Ordinal);
        Assert.Contains("SB4501", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pull")]
    [InlineData("add")]
    [InlineData("git")]
    public async Task A_signal_ends_the_wait_for_a_slow_server(string what)
    {
        var port = LocalRegistry.FreePort();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var serving = TrickleAsync(port, stop.Token);
        directory.Write("context/Dockerfile", $"FROM scratch\nADD http://127.0.0.1:{port}/f{(what == "git" ? ".git" : "")} /\n");
        using var process = what == "pull" ? sharpbuild.Start("pull", $"127.0.0.1:{port}/app") : sharpbuild.Start("build", directory["context"]);
        process.StandardInput.Close();
        await Task.Delay(2500, Cancellation);
        Assert.False(process.HasExited);
        var started = Stopwatch.GetTimestamp();
        await new Command("kill", "-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)).SucceedAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 10);
        Assert.Equal(130, process.ExitCode);
        await stop.CancelAsync();
        await serving;
    }

    [Theory]
    [InlineData(407, "wants a login")]
    [InlineData(0, "nothing listens there")]
    public async Task A_proxy_that_refuses_is_named(int status, string part)
    {
        await using var proxy = new WebServer(_ => WebAnswer.Empty(status));
        var port = status == 0 ? LocalRegistry.FreePort() : proxy.Port;
        directory.Write("context/Dockerfile", "FROM scratch\nADD http://files.example/f /\n");
        foreach (var words in (string[][])[["build", directory["context"]], ["pull", "--insecure-registry", "reg.example", "reg.example/app"]])
        {
            var command = sharpbuild.Command(words);
            var result = await (command with
            {
                Environment = new Dictionary<string, string?>(command.Environment, StringComparer.Ordinal)
                {
                    ["HTTP_PROXY"] = $"http://me:hush@127.0.0.1:{port}",
                    ["HTTPS_PROXY"] = $"http://me:hush@127.0.0.1:{port}",
                    ["NO_PROXY"] = "",
                },
            }).RunAsync(Cancellation);
            Assert.Contains($"the proxy http://127.0.0.1:{port}", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("hush", result.Error, StringComparison.Ordinal);
            Assert.Contains(words[0] == "build" ? part : "proxy", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_NO_PROXY_names_is_reached_without_one()
    {
        var command = sharpbuild.Command("pull", "--insecure-registry", "10.255.255.1:1", "10.255.255.1:1/app");
        await using var proxy = new WebServer(_ => WebAnswer.Empty(407));
        foreach (var (list, isProxied) in ((string, bool)[])[("10.255.255.1:1", false), ("10.255.0.0/16", false), ("10.255.255.1:2", true)])
        {
            var before = proxy.Requests.Count;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            patience.CancelAfter(TimeSpan.FromSeconds(3));
            using var process = (command with
            {
                Environment = new Dictionary<string, string?>(command.Environment, StringComparer.Ordinal) { ["HTTP_PROXY"] = proxy.Url, ["HTTPS_PROXY"] = proxy.Url, ["NO_PROXY"] = list },
            }).Start();
            await process.WaitForExitAsync(patience.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            process.Kill();
            Assert.Equal(isProxied, proxy.Requests.Count > before);
        }
    }

    [Theory]
    [InlineData("save busybox", "standard output is a terminal")]
    [InlineData("load", "standard input is a terminal")]
    [InlineData("import - x", "standard input is a terminal")]
    public async Task An_archive_neither_comes_from_nor_goes_to_a_terminal(string words, string part)
    {
        Assert.SkipUnless(Command.Exists("script"), "script is not installed");
        await sharpbuild.ImportBusyboxAsync(Cancellation);
        var command = sharpbuild.Command(words.Split(' '));
        var line = string.Join(' ', command.Arguments.Prepend(command.Program).Select(word => $"'{word}'"));
        var result = await new Command("script", "-qec", line, "/dev/null") { Environment = command.Environment, Limit = TimeSpan.FromSeconds(30) }.RunAsync(Cancellation);
        Assert.Equal(125, result.ExitCode);
        Assert.Contains(part, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_platform_that_an_image_does_not_have_is_told()
    {
        await using var registry = new FakeRegistry();
        var config = registry.AddBlob("""{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}"""u8.ToArray(), SharpBuild.Image.MediaTypes.OciConfig);
        registry.AddManifest("app", "latest", SharpBuild.Image.ImageJson.Serialize(new SharpBuild.Image.Manifest { Config = config, Layers = [] }));
        var name = registry.Address + "/app";

        var pulled = await sharpbuild.RunAsync(Cancellation, "pull", "--platform", "linux/arm64", name);
        Assert.Equal(0, pulled.ExitCode);
        Assert.Contains("has no image for linux/arm64: what it has is for linux/amd64", pulled.Error, StringComparison.Ordinal);
        var run = await sharpbuild.RunAsync(Cancellation, "run", "--rm", "--platform", "linux/arm64", name, "true");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("has no image for linux/arm64", run.Error, StringComparison.Ordinal);
        directory.Write("context/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
        var built = await sharpbuild.RunAsync(Cancellation, "build", "--platform", "windows/amd64", directory["context"]);
        Assert.Equal(125, built.ExitCode);
        Assert.Contains("the operating system is not supported [SB0118]", built.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await sharpbuild.RunAsync(Cancellation, "build", "--platform", "windows/amd64", "-o", $"type=oci,dest={directory["w.tar"]}", directory["context"])).ExitCode);
    }

    [Fact]
    public async Task A_misspelt_stage_is_suggested()
    {
        directory.Write("context/Dockerfile", "FROM scratch AS build\nCOPY Dockerfile /\nFROM scratch\nCOPY --from=biuld /Dockerfile /\n");
        var result = await sharpbuild.RunAsync(Cancellation, "build", "--registry-mirror", $"docker.io=http://127.0.0.1:{LocalRegistry.FreePort()}", directory["context"]);
        Assert.Contains("Did you mean the stage build?", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_secret_builds_with_a_warning()
    {
        await sharpbuild.ImportBusyboxAsync(Cancellation);
        directory.Write("context/Dockerfile", "FROM busybox\nRUN --mount=type=secret,id=x,required=true test -f /run/secrets/x && test ! -s /run/secrets/x\n");
        var result = await sharpbuild.RunAsync(Cancellation, "build", "--progress", "plain", "--secret", "id=x,env=NOT_SET_ANYWHERE", directory["context"]);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("the secret 'x' is empty: the environment has no variable 'NOT_SET_ANYWHERE'", result.Error, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await sharpbuild.DisposeAsync();
        directory.Dispose();
    }

    private static async Task TrickleAsync(int port, CancellationToken cancellation)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
        listener.Start();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(cancellation);
                _ = Task.Run(async () =>
                {
                    using (client)
                    {
                        var stream = client.GetStream();
                        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\nContent-Length: 1000000\r\n\r\n"u8.ToArray(), cancellation);
                        while (true)
                        {
                            await stream.WriteAsync("0"u8.ToArray(), cancellation);
                            await Task.Delay(300, cancellation);
                        }
                    }
                }, cancellation);
            }
        }
        catch (Exception end) when (end is System.Net.Sockets.SocketException or OperationCanceledException)
        {
        }
    }
}
