using System.Text.Json;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>One build for several platforms, as skopeo sees what comes of it.</summary>
public sealed class PlatformSpecs : IAsyncLifetime
{
    private const string Text = """
        FROM --platform=$BUILDPLATFORM busybox AS build
        RUN echo shared > /shared
        ARG TARGETARCH
        RUN echo $TARGETARCH > /arch
        FROM scratch
        COPY --from=build /shared /arch /
        """;

    private static readonly string[] Platforms = ["--platform", "linux/amd64,linux/arm64"];

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
    public async Task An_archive_holds_an_index_with_an_image_for_each_platform()
    {
        Assert.SkipUnless(Command.Exists("skopeo"), "skopeo is not installed");
        var (archive, id, metadata) = (workshop.Outside("a.tar"), workshop.Outside("id"), workshop.Outside("metadata"));
        var built = await workshop.BuildAsync(
            Text, [.. Platforms, "--annotation", "index:a=b", "--annotation", "manifest-descriptor[linux/arm64]:c=d", "--iidfile", id, "--metadata-file", metadata, "-o", $"type=oci,dest={archive}"]);
        Assert.Equal(1, built.Error.Split('\n').Count(line => line.EndsWith("RUN echo shared > /shared", StringComparison.Ordinal)));

        using var index = JsonDocument.Parse(await InspectAsync($"oci-archive:{archive}"));
        Assert.Equal("b", index.RootElement.GetProperty("annotations").GetProperty("a").GetString());
        var images = index.RootElement.GetProperty("manifests").EnumerateArray().ToList();
        Assert.Equal(["amd64", "arm64"], images.Select(image => image.GetProperty("platform").GetProperty("architecture").GetString()));
        Assert.Equal("d", images[1].GetProperty("annotations").GetProperty("c").GetString());

        var digest = await DigestAsync($"oci-archive:{archive}");
        Assert.Equal(digest, await File.ReadAllTextAsync(id, Cancellation));
        using var described = JsonDocument.Parse(await File.ReadAllBytesAsync(metadata, Cancellation));
        Assert.Equal(digest, described.RootElement.GetProperty("containerimage.digest").GetString());
    }

    [Fact]
    public async Task A_registry_gets_the_images_and_then_their_index()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled && Command.Exists("skopeo"), "docker-registry or skopeo is not installed");
        await using var registry = await LocalRegistry.StartAsync(Cancellation);
        var name = $"{registry.Address}/team/app:1";
        await workshop.BuildAsync(Text, [.. Platforms, "-t", name, "--push"]);

        using var index = JsonDocument.Parse(await InspectAsync($"docker://{name}"));
        Assert.Equal(2, index.RootElement.GetProperty("manifests").GetArrayLength());
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            var copy = workshop.Outside(architecture);
            await new Command("skopeo", "--override-arch", architecture, "copy", "--src-tls-verify=false", $"docker://{name}", $"dir:{copy}").SucceedAsync(Cancellation);
            using var config = JsonDocument.Parse(await new Command("skopeo", "inspect", "--config", "--raw", $"dir:{copy}").SucceedAsync(Cancellation));
            Assert.Equal(architecture, config.RootElement.GetProperty("architecture").GetString());
        }
    }

    [Fact]
    public async Task The_same_input_gives_the_same_index()
    {
        var (first, second) = (workshop.Outside("first"), workshop.Outside("second"));
        await workshop.BuildAsync(Text, [.. Platforms, "--reproducible", "-o", $"type=oci,dest={first}"]);
        await Task.Delay(1100, Cancellation);
        await workshop.BuildAsync(Text, [.. Platforms, "--reproducible", "--no-cache", "-o", $"type=oci,dest={second}"]);
        Assert.Equal(await File.ReadAllBytesAsync(first, Cancellation), await File.ReadAllBytesAsync(second, Cancellation));
    }

    [Fact]
    public async Task Files_are_in_a_directory_a_platform()
    {
        var (directory, tar) = (workshop.Outside("files"), workshop.Outside("files.tar"));
        await workshop.BuildAsync(Text, [.. Platforms, "-o", directory, "-o", $"type=tar,dest={tar}"]);
        Assert.Equal("arm64\n", await File.ReadAllTextAsync(Path.Combine(directory, "linux_arm64", "arch"), Cancellation));
        Assert.Equal("amd64\n", await File.ReadAllTextAsync(Path.Combine(directory, "linux_amd64", "arch"), Cancellation));
        var listed = await new Command("tar", "-tf", tar).SucceedAsync(Cancellation);
        Assert.Equal(["linux_amd64/", "linux_amd64/arch", "linux_amd64/shared", "linux_arm64/", "linux_arm64/arch", "linux_arm64/shared"], listed.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task One_platform_makes_an_index_on_demand()
    {
        Assert.SkipUnless(Command.Exists("skopeo"), "skopeo is not installed");
        var archive = workshop.Outside("one.tar");
        await workshop.BuildAsync("FROM scratch\nCOPY Dockerfile /\n", "--build-arg", "BUILDKIT_MULTI_PLATFORM=1", "-o", $"type=oci,dest={archive}");
        using var index = JsonDocument.Parse(await InspectAsync($"oci-archive:{archive}"));
        Assert.Equal(1, index.RootElement.GetProperty("manifests").GetArrayLength());
    }

    private static Task<string> InspectAsync(string image) => new Command("skopeo", "inspect", "--tls-verify=false", "--raw", image).SucceedAsync(Cancellation);

    // skopeo computes it of the bytes that it was given.
    private async Task<string> DigestAsync(string image)
    {
        var file = workshop.Outside("manifest");
        await File.WriteAllTextAsync(file, await InspectAsync(image), Cancellation);
        return (await new Command("skopeo", "manifest-digest", file).SucceedAsync(Cancellation)).Trim();
    }
}
