using System.Text.Json;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>SOURCE_DATE_EPOCH may name what the time is taken from. The cases are those of BuildKit's tests.</summary>
[Trait("Rootless", "also")]
public sealed class EpochSpecs : IAsyncLifetime
{
    private const string OfCommit = "2001-09-09T01:46:40Z 1000000000";
    private const string Shown = "FROM busybox\nARG SOURCE_DATE_EPOCH\nRUN echo -n \"$SOURCE_DATE_EPOCH\" >/epoch\n";
    private Workshop workshop = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => workshop = await Workshop.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (workshop is not null)
        {
            await workshop.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_default_in_the_file_counts_unless_I_give_one()
    {
        workshop.Write("Dockerfile", "ARG SOURCE_DATE_EPOCH=1000000000\n" + Shown);
        Assert.Equal(OfCommit, await BuildAsync(workshop.Context));
        Assert.Equal("1970-01-01T00:03:20Z 200", await BuildAsync(workshop.Context, "--build-arg", "SOURCE_DATE_EPOCH=200"));
        Assert.EndsWith("Z ", await BuildAsync(workshop.Context, "--build-arg", "SOURCE_DATE_EPOCH="), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_git_context_has_the_time_of_its_commit()
    {
        Assert.SkipUnless(Testing.Command.Exists("git"), "there is no git");
        await using var server = new GitServer();
        await server.CreateAsync(
            "r",
            $"printf '{Shown.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}' >Dockerfile; git add .; GIT_COMMITTER_DATE='@1000000000 +0000' git commit -qm one; "
            + "sed -i '1i ARG SOURCE_DATE_EPOCH=context' Dockerfile; git checkout -qb default; GIT_COMMITTER_DATE='@1000000000 +0000' git commit -qam two",
            Cancellation);
        Assert.Equal(OfCommit, await BuildAsync(server.UrlOf("r") + "#default"));
        workshop.Write("Dockerfile", "ARG SOURCE_DATE_EPOCH=named\n" + Shown);
        Assert.Equal(OfCommit, await BuildAsync(workshop.Context, "--build-context", $"named={server.UrlOf("r")}"));
        workshop.Write("Dockerfile", $"ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS Src\nADD {server.UrlOf("r")}#default /\n{Shown}");
        Assert.Equal(OfCommit, await BuildAsync(workshop.Context));
    }

    [Fact]
    public async Task A_context_from_the_web_has_the_time_its_server_tells_or_of_its_newest_file()
    {
        var archive = await TarAsync(("Dockerfile", Shown, 900_000_000), ("file", "x", 1_000_000_000));
        var modified = "";
        await using var server = new WebServer(_ => new WebAnswer(200, File.ReadAllBytes(archive)) { Headers = modified.Length > 0 ? [("Last-Modified", modified)] : [] });
        Assert.Equal(OfCommit, await BuildAsync($"{server.Url}/context.tar.gz", "--build-arg", "SOURCE_DATE_EPOCH=context"));
        modified = "Thu, 01 Jan 1970 00:03:20 GMT";
        Assert.Equal("1970-01-01T00:03:20Z 200", await BuildAsync($"{server.Url}/dated.tar.gz", "--build-arg", "SOURCE_DATE_EPOCH=context"));

        workshop.Write("Dockerfile", $"ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nADD {server.Url}/other.tar.gz /\n{Shown}");
        Assert.Equal("1970-01-01T00:03:20Z 200", await BuildAsync(workshop.Context));
        Assert.Equal("1970-01-01T00:05:00Z 300", await BuildAsync(workshop.Context, "--build-arg", "SOURCE_DATE_EPOCH=300"));
        modified = "";
        workshop.Write("Dockerfile", $"ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nARG NAME=newest\nADD {server.Url}/$NAME.tar.gz /\n{Shown}");
        Assert.Equal(OfCommit, await BuildAsync(workshop.Context));
    }

    [Fact]
    public async Task A_file_with_a_wrong_checksum_gives_no_time()
    {
        var archive = await TarAsync(("file", "x", 1_000_000_000));
        await using var server = new WebServer(_ => new WebAnswer(200, File.ReadAllBytes(archive)));
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(archive, Cancellation)));
        workshop.Write("Dockerfile", $"ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nADD --checksum=sha256:{digest} {server.Url}/a.tar /\n{Shown}");
        Assert.Equal(OfCommit, await BuildAsync(workshop.Context));
        var wrong = await workshop.TryBuildAsync($"ARG SOURCE_DATE_EPOCH=src\nFROM scratch AS src\nADD --checksum=sha256:{new string('0', 64)} {server.Url}/b.tar /\n{Shown}");
        Assert.NotEqual(0, wrong.ExitCode);
        Assert.Contains("has the checksum", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_context_has_no_time()
    {
        workshop.Write("Dockerfile", "ARG SOURCE_DATE_EPOCH=context\n" + Shown);
        Assert.EndsWith("Z ", await BuildAsync(workshop.Context), StringComparison.Ordinal);
        Assert.Equal("1970-01-01T00:00:00Z ", await BuildAsync(workshop.Context, "--reproducible"));
    }

    [Fact]
    public async Task What_names_nothing_is_refused()
    {
        var result = await workshop.TryBuildAsync("ARG SOURCE_DATE_EPOCH=not-a-timestamp\n" + Shown);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("SOURCE_DATE_EPOCH is 'not-a-timestamp'", result.Error, StringComparison.Ordinal);
        Assert.Contains(">>> ARG SOURCE_DATE_EPOCH=not-a-timestamp", result.Error, StringComparison.Ordinal);
    }

    // The created time, and what a step sees.
    private async Task<string> BuildAsync(string context, params IReadOnlyList<string> options)
    {
        await workshop.Program.SucceedAsync(Cancellation, ["build", .. options, "-t", "c", context]);
        using var image = JsonDocument.Parse(await workshop.Program.SucceedAsync(Cancellation, "inspect", "c"));
        var seen = await workshop.Program.SucceedAsync(Cancellation, "run", "--rm", "c", "cat", "/epoch");
        return $"{image.RootElement[0].GetProperty("Created").GetString()} {seen}";
    }

    private async Task<string> TarAsync(params (string Path, string Text, long Time)[] files)
    {
        var directory = workshop.Outside("tar");
        Directory.CreateDirectory(directory);
        foreach (var (path, text, time) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(directory, path), text, Cancellation);
            File.SetLastWriteTimeUtc(Path.Combine(directory, path), DateTimeOffset.FromUnixTimeSeconds(time).UtcDateTime);
        }

        var archive = workshop.Outside("archive.tgz");
        await new Command("tar", ["--gzip", "-cf", archive, "-C", directory, .. files.Select(f => f.Path)]).SucceedAsync(Cancellation);
        return archive;
    }
}
