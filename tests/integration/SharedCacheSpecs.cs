using System.Text.Json;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>A cache that one store writes and another, empty one reads: every step comes from it, and the image is the same.</summary>
[Trait("Rootless", "also")]
public sealed class SharedCacheSpecs : IAsyncDisposable
{
    private const string Dockerfile = """
        FROM busybox AS tool
        RUN --mount=type=cache,target=/c echo tool > /tool
        FROM busybox
        WORKDIR /work
        COPY file .
        RUN --network=none echo made > made
        COPY --from=tool /tool /tool
        RUN cat /tool made file > all
        CMD ["cat", "/work/all"]
        """;

    private readonly SharpBuildProgram first = new();
    private readonly SharpBuildProgram second = new();
    private readonly TemporaryDirectory work = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
        work.Dispose();
    }

    [Theory]
    [InlineData("mode=max")]
    [InlineData("mode=max,compression=zstd,compression-level=3")]
    [InlineData("mode=min")]
    public async Task I_can_share_a_cache_through_a_registry(string attributes)
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, "docker-registry is not installed");
        await using var registry = await LocalRegistry.StartAsync(Cancellation);
        await PrepareAsync($"{registry.Address}/busybox");
        var cache = $"type=registry,ref={registry.Address}/app:cache";
        var built = await BuildAsync(first, "--cache-to", $"{cache},{attributes}");
        await AssertAllCachedAsync(built, "--cache-from", cache);
    }

    [Fact]
    public async Task I_can_share_a_cache_inside_the_image()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, "docker-registry is not installed");
        await using var registry = await LocalRegistry.StartAsync(Cancellation);
        await PrepareAsync($"{registry.Address}/busybox");
        var image = $"{registry.Address}/app:1";
        await BuildAsync(first, "-t", image, "--push", "--cache-to", "type=inline");
        var again = await BuildAsync(second, "--cache-from", image);

        // The step of the other stage is not in the image's own cache, but nobody needs it.
        Assert.Equal(7, again.Error.Split(" CACHED\n").Length - 1);
    }

    [Fact]
    public async Task I_can_share_a_cache_through_a_directory()
    {
        await PrepareAsync("busybox");
        var built = await BuildAsync(first, "--cache-to", $"type=local,dest={work["cache"]},mode=max");
        await ShareBaseAsync();
        await AssertAllCachedAsync(built, "--cache-from", $"type=local,src={work["cache"]}");
    }

    [Theory]
    [InlineData("truncate")]
    [InlineData("change")]
    [InlineData("remove")]
    public async Task A_layer_that_is_not_what_the_cache_promised_is_refused_and_the_step_built(string how)
    {
        await PrepareAsync("busybox");
        await BuildAsync(first, "--cache-to", $"type=local,dest={work["cache"]},mode=max");
        await ShareBaseAsync();
        foreach (var blob in Directory.EnumerateFiles(work["cache/blobs/sha256"]).Where(IsGzip))
        {
            Spoil(blob, how);
        }

        var built = await BuildAsync(second, "-t", "app", "--cache-from", $"type=local,src={work["cache"]}");
        Assert.Contains("is not used any more", built.Error, StringComparison.Ordinal);
        Assert.Equal("tool\nmade\ntext\n", await second.SucceedAsync(Cancellation, "run", "--rm", "app"));
        Assert.DoesNotContain("damaged:", await second.SucceedAsync(Cancellation, "store", "check"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_layers_that_a_later_step_needs_are_fetched()
    {
        await PrepareAsync("busybox");
        await BuildAsync(first, "--cache-to", $"type=local,dest={work["cache"]},mode=max");
        await ShareBaseAsync();
        work.Write("context/Dockerfile", Dockerfile + "\nRUN echo more > more\n");
        var built = await BuildAsync(second, "--cache-from", $"type=local,src={work["cache"]}");
        Assert.Equal(7, built.Error.Split(" CACHED\n").Length - 1);
        Assert.DoesNotContain("echo tool", await second.SucceedAsync(Cancellation, "du"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task I_can_share_cache_mounts_too()
    {
        await PrepareAsync("busybox");
        work.Write("context/Dockerfile", """
            FROM busybox
            ARG ROUND=1
            RUN --mount=type=cache,id=log,target=/c --mount=type=cache,target=/other echo $ROUND >> /c/log; cp /c/log /log; echo x > /other/x
            CMD ["cat", "/log"]
            """);
        await BuildAsync(first, "--cache-to", $"type=local,dest={work["cache"]},mounts=log");
        await ShareBaseAsync();
        string[] options = ["--cache-from", $"type=local,src={work["cache"]}", "-t", "app"];
        await BuildAsync(second, [.. options, "--build-arg", "ROUND=2"]);
        Assert.Equal("1\n2\n", await second.SucceedAsync(Cancellation, "run", "--rm", "app"));
        await BuildAsync(second, [.. options, "--build-arg", "ROUND=3", "--no-cache", "--keep-cache-mounts"]);
        Assert.Equal("1\n2\n3\n", await second.SucceedAsync(Cancellation, "run", "--rm", "app"));
        await BuildAsync(second, [.. options, "--no-cache"]);
        Assert.Equal("1\n", await second.SucceedAsync(Cancellation, "run", "--rm", "app"));
    }

    [Theory]
    [InlineData("type=local", "needs src=")]
    [InlineData("type=registry", "needs ref=")]
    [InlineData("type=local,src=/nowhere,digest=sha256:1", "is not a digest")]
    [InlineData("type=local,src=/nowhere,reset=true", "no attribute 'reset'")]
    public async Task A_source_that_makes_no_sense_is_refused_before_anything_is_built(string source, string reason)
    {
        await PrepareAsync("busybox");
        var result = await first.RunAsync(Cancellation, "build", "--cache-from", source, work["context"]);
        Assert.Equal(125, result.ExitCode);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_holds_what_its_tags_need_when_it_is_reset_and_an_older_one_by_its_digest_until_then()
    {
        await PrepareAsync("busybox");
        var cache = $"type=local,dest={work["cache"]},mode=max";
        await BuildAsync(first, "--cache-to", cache + ",tag=kept");
        await BuildAsync(first, "--cache-to", cache);
        var old = await ManifestAsync("latest");
        work.Write("context/file", "other\n");
        await BuildAsync(first, "--cache-to", cache);
        work.Write("context/file", "text\n");
        await ShareBaseAsync();
        var again = await BuildAsync(second, "--cache-from", $"type=local,src={work["cache"]},digest={old}");
        Assert.Equal(7, again.Error.Split(" CACHED\n").Length - 1);

        var before = Directory.GetFiles(work["cache/blobs/sha256"]);
        work.Write("context/file", "last\n");
        await BuildAsync(first, "--cache-to", cache + ",reset=true");
        Assert.NotEmpty(before.Except(Directory.GetFiles(work["cache/blobs/sha256"])));
        work.Write("context/file", "text\n");
        await second.SucceedAsync(Cancellation, "prune", "-af");
        await ShareBaseAsync();
        again = await BuildAsync(second, "--cache-from", $"type=local,src={work["cache"]},tag=kept");
        Assert.Equal(7, again.Error.Split(" CACHED\n").Length - 1);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_a_warning_when_that_is_asked_for()
    {
        await PrepareAsync("busybox");
        var place = work.Write("file-in-the-way", "");
        var result = await first.RunAsync(Cancellation, "build", "--cache-to", $"type=local,dest={place}", work["context"]);
        Assert.Equal(1, result.ExitCode);
        var built = await BuildAsync(first, "--cache-to", $"type=local,dest={place},ignore-error=true");
        Assert.Contains("the cache was not written", built.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_that_is_not_there_is_no_reason_not_to_build()
    {
        await PrepareAsync("busybox");
        var built = await BuildAsync(first, "--cache-from", $"type=local,src={work["nothing"]}");
        Assert.Contains("a cache cannot be used", built.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("type=gha", "are not supported")]
    [InlineData("type=local", "needs dest=")]
    [InlineData("type=inline,mode=max", "no mode=max")]
    [InlineData("type=local,dest=", "needs dest=")]
    [InlineData("type=registry", "needs ref=")]
    [InlineData("type=registry,ref=localhost:1/x,mod=max", "no attribute 'mod'")]
    [InlineData("type=registry,ref=localhost:1/x,compression-level=99", "not a level of gzip")]
    [InlineData("type=local,dest=/nowhere,compression=zstd,compression-level=-1", "not a level of zstd")]
    [InlineData("type=local,dest=/nowhere,reset=maybe", "neither true nor false")]
    public async Task A_destination_that_makes_no_sense_is_refused_before_anything_is_built(string destination, string reason)
    {
        await PrepareAsync("busybox");
        var result = await first.RunAsync(Cancellation, "build", "--cache-to", destination, work["context"]);
        Assert.Equal(125, result.ExitCode);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("#2 ", result.Error, StringComparison.Ordinal);
    }

    private async Task<string> ManifestAsync(string tag)
    {
        using var index = JsonDocument.Parse(await File.ReadAllBytesAsync(work["cache/index.json"], Cancellation));
        var manifest = index.RootElement.GetProperty("manifests").EnumerateArray().Single(entry => entry.GetProperty("annotations").GetRawText().Contains($":{tag}\"", StringComparison.Ordinal));
        return manifest.GetProperty("digest").GetString()!;
    }

    private static bool IsGzip(string path)
    {
        using var file = File.OpenRead(path);
        return file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
    }

    private static void Spoil(string blob, string how)
    {
        var content = File.ReadAllBytes(blob);
        switch (how)
        {
            case "truncate":
                File.WriteAllBytes(blob, content[..(content.Length / 2)]);
                break;
            case "change":
                content[^6] ^= 1;
                File.WriteAllBytes(blob, content);
                break;
            default:
                File.Delete(blob);
                break;
        }
    }

    private async Task PrepareAsync(string baseImage)
    {
        Assert.SkipWhen(SharpBuildProgram.Program is null, SharpBuildProgram.NotPublished);
        Assert.SkipUnless(File.Exists("/bin/busybox"), "busybox-static is not installed");
        work.Write("context/Dockerfile", Dockerfile.Replace("FROM busybox", $"FROM {baseImage}", StringComparison.Ordinal));
        work.Write("context/file", "text\n");
        await first.ImportBusyboxAsync(Cancellation);
        if (baseImage != "busybox")
        {
            await first.SucceedAsync(Cancellation, "tag", "busybox", baseImage);
            await first.SucceedAsync(Cancellation, "push", baseImage);
        }
    }

    // The second store gets the base image, and nothing else, from the first.
    private async Task ShareBaseAsync()
    {
        await first.SucceedAsync(Cancellation, "save", "-o", work["base.tar"], "busybox");
        await second.SucceedAsync(Cancellation, "load", "-i", work["base.tar"]);
    }

    private async Task<CommandResult> BuildAsync(SharpBuildProgram program, params IReadOnlyList<string> options)
    {
        var command = program.Command(["build", "--progress", "plain", "--iidfile", work["id"], .. options, work["context"]]);
        var result = await command.RunAsync(Cancellation);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }

    private async Task AssertAllCachedAsync(CommandResult built, params IReadOnlyList<string> options)
    {
        Assert.Contains("RUN cat /tool made file > all", built.Error, StringComparison.Ordinal);
        var id = await File.ReadAllTextAsync(work["id"], Cancellation);
        var again = await BuildAsync(second, ["-t", "app", .. options]);
        Assert.Equal(id, await File.ReadAllTextAsync(work["id"], Cancellation));
        Assert.Equal(7, again.Error.Split(" CACHED\n").Length - 1);
        Assert.Equal("tool\nmade\ntext\n", await second.SucceedAsync(Cancellation, "run", "--rm", "app"));
    }
}
