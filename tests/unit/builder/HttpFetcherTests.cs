using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Threading.Channels;
using SharpBuild.Builder;
using SharpBuild.Builder.Events;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Fetching;
using SharpBuild.Builder.Planning;
using SharpBuild.Image;
using SharpBuild.Image.Web;
using SharpBuild.Parser.Sources;
using SharpBuild.Testing;
using SharpBuild.UnitTests.Cache;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

public sealed class HttpFetcherTests : IDisposable
{
    private const string Modified = "Thu, 06 May 2021 07:08:09 GMT";
    private readonly ScratchStore scratch = new();
    private BuildOptions options = new() { Context = "/" };

    [Fact]
    public async Task A_file_comes_with_its_name_mode_and_time()
    {
        await using var server = new WebServer(_ => WebAnswer.File("content", ("Last-Modified", Modified)));

        var file = await FetchAsync(server.Url + "/dir/file.txt?x#y");

        Assert.Equal("file.txt", Path.GetFileName(file));
        Assert.Equal("content", await File.ReadAllTextAsync(file, Token));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(DateTime.Parse(Modified, CultureInfo.InvariantCulture).ToUniversalTime(), File.GetLastWriteTimeUtc(file));
    }

    [Fact]
    public async Task A_file_without_a_time_is_from_the_beginning_of_time()
    {
        await using var server = new WebServer(_ => WebAnswer.File("content"));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(await FetchAsync(server.Url)));
    }

    [Fact]
    public async Task A_file_with_a_tag_is_fetched_once()
    {
        await using var server = new WebServer(r => r.Header("If-None-Match") == "\"1\"" ? WebAnswer.Empty(304) : WebAnswer.File("content", ("ETag", "W/\"1\"")));

        var first = await ResolveAsync(server.Url + "/f");
        var second = await ResolveAsync(server.Url + "/f");

        Assert.Equal(["GET /f", "HEAD /f"], server.Requests);
        Assert.Equal((first.Key, true, false), (second.Key, first.IsNew, second.IsNew));
        Assert.Equal(first.Result!.Layers, second.Result!.Layers);
    }

    [Fact]
    public async Task A_server_that_has_tags_and_does_not_compare_them_is_helped()
    {
        await using var server = new WebServer(_ => WebAnswer.File("content", ("ETag", "\"1\"")));
        await ResolveAsync(server.Url + "/f");
        Assert.False((await ResolveAsync(server.Url + "/f")).IsNew);
        Assert.Equal(["GET /f", "HEAD /f"], server.Requests);
    }

    [Fact]
    public async Task A_file_without_a_tag_is_asked_for_by_its_time()
    {
        await using var server = new WebServer(r => r.Header("If-Modified-Since") == Modified ? WebAnswer.Empty(304) : WebAnswer.File("content", ("Last-Modified", Modified)));
        var first = await ResolveAsync(server.Url + "/f");
        var second = await ResolveAsync(server.Url + "/f");
        Assert.Equal((first.Key, false), (second.Key, second.IsNew));
        Assert.Equal(["GET /f", "GET /f"], server.Requests);
    }

    [Fact]
    public async Task A_changed_file_is_fetched_again()
    {
        var version = 1;
        await using var server = new WebServer(_ => WebAnswer.File($"content {version}", ("ETag", $"\"{version}\"")));
        var first = await ResolveAsync(server.Url + "/f");
        version = 2;
        var second = await ResolveAsync(server.Url + "/f");
        Assert.True(second.IsNew);
        Assert.NotEqual(first.Key, second.Key);
    }

    [Fact]
    public async Task A_checksum_saves_all_asking()
    {
        await using var server = new WebServer(_ => WebAnswer.File("content"));
        var known = await ResolveAsync(server.Url + "/f");
        var pinned = await ResolveAsync(server.Url + "/f", Digest.Compute("content"u8));
        Assert.Equal(known.Result!.Layers, pinned.Result!.Layers);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Another_file_than_the_checksum_says_is_refused()
    {
        await using var server = new WebServer(_ => WebAnswer.File("evil"));
        var step = Step(server.Url + "/f", Digest.Compute("content"u8));
        using var client = new WebClient(options, EnvironmentProxy.None, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<BuildException>(() => Fetcher(client).FetchAsync(step, Reporter(step), Token));
        Assert.Equal("SB4504", failure.Code);
        Assert.Contains(Digest.Compute("evil"u8).ToString(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_are_followed()
    {
        await using var server = new WebServer(r => r.Path == "/a" ? WebAnswer.Empty(302, ("Location", "/b/c")) : WebAnswer.File("content"));
        Assert.Equal("a", Path.GetFileName(await FetchAsync(server.Url + "/a")));
        Assert.Equal(["GET /a", "GET /b/c"], server.Requests);
    }

    [Fact]
    public async Task Redirects_end_somewhere()
    {
        await using var server = new WebServer(_ => WebAnswer.Empty(301, ("Location", "/again")));
        Assert.Contains("redirected more than 10 times", (await FailAsync(server.Url)).Message, StringComparison.Ordinal);
        Assert.Equal(11, server.Requests.Count);
    }

    [Fact]
    public async Task Secrets_of_a_host_are_for_that_host()
    {
        var seen = new List<string>();
        await using var other = new WebServer(r => Note(r, WebAnswer.File("content")));
        await using var server = new WebServer(r => Note(r, r.Path == "/a" ? WebAnswer.Empty(302, ("Location", "/b")) : WebAnswer.Empty(302, ("Location", $"http://localhost:{other.Port}/c"))));
        options = WithSecret("HTTP_AUTH_TOKEN_127.0.0.1", "word\n");

        await FetchAsync(server.Url + "/a");

        Assert.Equal(["/a Bearer word", "/b Bearer word", "/c "], seen);

        WebAnswer Note(WebRequest request, WebAnswer answer)
        {
            seen.Add($"{request.Path} {request.Header("Authorization")}");
            return answer;
        }
    }

    [Fact]
    public async Task A_whole_header_may_be_given()
    {
        await using var server = new WebServer(r => r.Header("Authorization") == "Digest x" ? WebAnswer.File("content") : WebAnswer.Empty(401));
        Assert.Contains("--secret id=HTTP_AUTH_TOKEN_127.0.0.1", (await FailAsync(server.Url)).Hint, StringComparison.Ordinal);
        options = WithSecret("HTTP_AUTH_HEADER_127.0.0.1", "Digest x");
        await FetchAsync(server.Url);
    }

    [Fact]
    public async Task What_is_packed_for_the_way_is_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync("content"u8.ToArray(), Token);
        }

        await using var server = new WebServer(_ => new WebAnswer(200, packed.ToArray()) { Headers = [("Content-Encoding", "gzip")] });
        Assert.Equal("content", await File.ReadAllTextAsync(await FetchAsync(server.Url), Token));
    }

    [Theory]
    [InlineData(404, "SB4501", "404 Not")]
    [InlineData(500, "SB4501", "500 Internal")]
    public async Task A_refusal_is_told_with_its_status(int status, string code, string part)
    {
        await using var server = new WebServer(_ => WebAnswer.Empty(status));
        var failure = await FailAsync(server.Url);
        Assert.Equal(code, failure.Code);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_ends_early_is_no_file()
    {
        await using var server = new WebServer(_ => WebAnswer.File("content") with { AnnouncedLength = 100 });
        var failure = await FailAsync(server.Url + "/f");
        Assert.Equal("SB4503", failure.Code);
        Assert.Contains("ended after 7 of 100 bytes", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(Path.Join(scratch.StoreRoot, "layers")));
    }

    [Fact]
    public async Task A_file_that_cannot_fit_is_not_begun()
    {
        await using var server = new WebServer(_ => WebAnswer.File("content") with { AnnouncedLength = long.MaxValue / 2 });
        Assert.Equal("SB4505", (await FailAsync(server.Url)).Code);
    }

    [Theory]
    [InlineData("HTTP_AUTH_TOKEN_127.0.0.1")]
    [InlineData("HTTP_AUTH_HEADER_127.0.0.1")]
    public async Task A_secret_that_never_comes_ends_with_the_token(string id)
    {
        await using var server = new WebServer(_ => WebAnswer.File("content"));
        using var directory = new TemporaryDirectory();
        using (var above = SharpBuild.Linux.Descriptors.Open(directory.Path, SharpBuild.Linux.OpenFlags.ReadOnly))
        {
            SharpBuild.Linux.Inodes.MakeNode(above, "fifo", SharpBuild.Linux.FileKind.Fifo, 0b110_000_000);
        }

        // Somebody has it open for writing and writes nothing.
        await using var writer = new FileStream(directory["fifo"], FileMode.Open, FileAccess.ReadWrite);
        options = options with { Secrets = options.Secrets.Add(id, new SecretSource(directory["fifo"], null)) };
        using var stop = new CancellationTokenSource(200);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => ResolveAsync(server.Url + "/f", cancellationToken: stop.Token), Token));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told()
    {
        var url = $"http://me:word@127.0.0.1:{LocalRegistry.FreePort()}/f";
        var failure = await FailAsync(url);
        Assert.Equal("SB4502", failure.Code);
        Assert.Contains("nothing is listening on", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("word", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => scratch.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static HttpStep Step(string url, Digest? checksum = null)
    {
        Assert.True(RemoteSource.TryParse(url, out var source));
        var http = Assert.IsType<HttpSource>(source);
        return new HttpStep(http, http.FileName, checksum) { Name = url };
    }

    private static FetchReporter Reporter(Step step) =>
        new(new StepStatus(step, new StepId(1)), new EventWriter(Channel.CreateUnbounded<BuildEvent>().Writer, TimeProvider.System));

    private BuildOptions WithSecret(string id, string value) =>
        options with { Secrets = options.Secrets.Add(id, new SecretSource(null, Encoding.UTF8.GetBytes(value))) };

    private HttpFetcher Fetcher(WebClient client) => new(scratch.Store, client, TimeProvider.System);

    private async Task<FetchedSource> ResolveAsync(string url, Digest? checksum = null, CancellationToken? cancellationToken = null)
    {
        using var client = new WebClient(options, EnvironmentProxy.None, TimeProvider.System);
        var step = Step(url, checksum);
        return await Fetcher(client).ResolveAsync(step, Reporter(step), cancellationToken ?? Token);
    }

    private async Task<string> FetchAsync(string url)
    {
        var source = await ResolveAsync(url);
        return Assert.Single(Directory.EnumerateFiles(Path.Join(scratch.StoreRoot, "layers", Assert.Single(source.Result!.Layers).Value, "fs")));
    }

    private Task<BuildException> FailAsync(string url) => Assert.ThrowsAsync<BuildException>(() => ResolveAsync(url));
}
