using System.Text.Json;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Images that do not depend on when and where they are built.</summary>
[Trait("Rootless", "also")]
public sealed class ReproducibleSpecs : IAsyncLifetime
{
    private const string Text = """
        FROM scratch
        ADD busybox.tar /
        WORKDIR /made
        RUN echo content > file && ln file link && mkdir -p deep/er && rm /etc/motd; touch -d @100 old
        COPY Dockerfile /copied/
        LABEL a=b
        """;

    private Workshop workshop = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => workshop = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (workshop is not null)
        {
            await workshop.DisposeAsync();
        }
    }

    [Fact]
    public async Task Two_stores_make_the_same_image_and_a_cached_build_makes_it_again()
    {
        // An imported base image would carry the time of its import.
        var first = await BuildAsync(workshop, "--reproducible");
        await Task.Delay(1100, Cancellation);
        await using var other = await OpenAsync();
        Assert.Equal(first, await BuildAsync(other, "--reproducible"));
        Assert.Equal(first, await BuildAsync(workshop, "--reproducible"));
        Assert.Equal(first, await BuildAsync(workshop, "--reproducible", "--no-cache"));

        // It runs, and its files are no later than 1970.
        await workshop.BuildAsync(Text, "--reproducible", "-t", "r");
        var times = await workshop.Program.SucceedAsync(Cancellation, "run", "--rm", "r", "stat", "-c", "%Y", "/made/file", "/made/link", "/made/old", "/copied/Dockerfile");
        Assert.Equal("0\n0\n0\n0\n", times);
    }

    [Fact]
    public async Task A_step_that_makes_other_files_each_time_is_found_with_their_names()
    {
        await workshop.BuildAsync(Text, "--verify-reproducible");

        var result = await workshop.TryBuildAsync(
            $"{Text}\nRUN --mount=type=cache,target=/c cat /proc/sys/kernel/random/uuid > /id; ls /c > /cached; touch /c/x; echo same > /same\nRUN cp /id /copy\n", "--verify-reproducible");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("SB3008", result.Error, StringComparison.Ordinal);
        Assert.Contains("  /id: content", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("  /cached:", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("  /same:", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("  /copy:", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_commit_gives_the_time_unless_I_do()
    {
        Assert.SkipUnless(Testing.Command.Exists("git"), "there is no git");
        workshop.Write("Dockerfile", Text);
        string[] who = ["-c", "user.name=n", "-c", "user.email=e"];
        foreach (var words in (string[][])[["init", "-q"], ["add", "."], [.. who, "commit", "-qm", "m", "--date=@1"]])
        {
            var git = new Command("git", [.. words]) { Directory = workshop.Context, Environment = new Dictionary<string, string?> { ["GIT_COMMITTER_DATE"] = "@1000000000 +0000" } };
            await git.SucceedAsync(Cancellation);
        }

        Assert.Equal("2001-09-09T01:46:40Z", await CreatedAsync("--reproducible"));
        Assert.Equal("1970-01-01T00:03:20Z", await CreatedAsync("--reproducible", "--build-arg", "SOURCE_DATE_EPOCH=200"));
    }

    [Theory]
    [InlineData("", "2001-09-09T01:46:40Z")]
    [InlineData("#:sub/dir", "2001-09-09T01:46:40Z")]
    [InlineData("#old:sub/dir", "1970-01-01T00:16:40Z")]
    [InlineData("?keep-git-dir=true", "2001-09-09T01:46:40Z")]
    public async Task A_git_context_gives_the_time_of_its_commit_also_when_it_is_cached(string suffix, string expected)
    {
        Assert.SkipUnless(Testing.Command.Exists("git"), "there is no git");
        await using var server = new GitServer();
        await server.CreateAsync(
            "r",
            """
            printf 'FROM busybox\nCOPY file /\n' >Dockerfile; echo one >file; mkdir -p sub/dir; cp Dockerfile file sub/dir
            git add .; GIT_COMMITTER_DATE="@1000 +0000" git commit -qm one; git tag old
            echo two >file; GIT_COMMITTER_DATE="@1000000000 +0000" git commit -qam two
            """,
            Cancellation);
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(expected, await CreatedOfAsync(server.UrlOf("r") + suffix, "--reproducible"));
        }

        Assert.Equal("1970-01-01T00:03:20Z", await CreatedOfAsync(server.UrlOf("r") + suffix, "--reproducible", "--build-arg", "SOURCE_DATE_EPOCH=200"));
    }

    [Fact]
    public async Task An_epoch_sets_the_times_of_files_and_rewrites_those_in_layers_on_demand()
    {
        var directory = workshop.Outside("out");
        await workshop.BuildAsync("FROM scratch\nCOPY Dockerfile /f\n", "--build-arg", "SOURCE_DATE_EPOCH=4000000000", "-o", directory);
        Assert.Equal(4_000_000_000, new DateTimeOffset(File.GetLastWriteTimeUtc(Path.Combine(directory, "f"))).ToUnixTimeSeconds());

        var refused = await workshop.TryBuildAsync(Text, "-o", $"type=oci,dest={workshop.Outside("x.tar")},rewrite-timestamp=true");
        Assert.Contains("SB0111", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Annotations_stand_where_I_want_them()
    {
        var layout = workshop.Outside("layout");
        await workshop.BuildAsync(
            Text, "--annotation", "one=1", "--annotation", "manifest-descriptor:two=2", "-o", $"type=oci,tar=false,dest={layout},annotation.three=3");
        using var index = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(layout, "index.json"), Cancellation));
        var descriptor = index.RootElement.GetProperty("manifests")[0];
        Assert.Equal("2", descriptor.GetProperty("annotations").GetProperty("two").GetString());
        var digest = descriptor.GetProperty("digest").GetString()!["sha256:".Length..];
        using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(layout, "blobs", "sha256", digest), Cancellation));
        Assert.Equal(["one=1", "three=3"], manifest.RootElement.GetProperty("annotations").EnumerateObject().Select(a => $"{a.Name}={a.Value}"));
    }

    private static async Task<Workshop> OpenAsync()
    {
        var opened = await Workshop.OpenAsync();
        await new Command(SourceTree.Resolve("examples/make-busybox-rootfs.sh"), Path.Combine(opened.Context, "busybox.tar")).SucceedAsync(Cancellation);
        return opened;
    }

    private static async Task<string> BuildAsync(Workshop place, params IReadOnlyList<string> options)
    {
        var archive = place.Outside("image.tar");
        await place.BuildAsync(Text, [.. options, "-o", $"type=oci,dest={archive}"]);
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(archive, Cancellation)));
    }

    private Task<string?> CreatedAsync(params IReadOnlyList<string> options) => CreatedOfAsync(workshop.Context, options);

    private async Task<string?> CreatedOfAsync(string context, params IReadOnlyList<string> options)
    {
        await workshop.Program.SucceedAsync(Cancellation, ["build", .. options, "-t", "c", context]);
        using var image = JsonDocument.Parse(await workshop.Program.SucceedAsync(Cancellation, "inspect", "c"));
        return image.RootElement[0].GetProperty("Created").GetString();
    }
}
