using System.Text.Json;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Images for other processors than this machine's, and builds for several at once, as skopeo sees what comes of them.</summary>
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

    // A number that no processor has, so that no emulator takes the program.
    private const byte UnknownMachine = 0xf0;

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

    [Fact]
    [Trait("Rootless", "also")]
    public async Task The_store_keeps_an_index_and_an_archive_carries_it()
    {
        await workshop.BuildAsync(Text, [.. Platforms, "-t", "app:1"]);
        var program = workshop.Program;
        var tree = await program.SucceedAsync(Cancellation, "images", "--tree", "app");
        Assert.Contains("├─ linux/amd64", tree, StringComparison.Ordinal);
        Assert.Contains("└─ linux/arm64", tree, StringComparison.Ordinal);
        using (var image = JsonDocument.Parse(await program.SucceedAsync(Cancellation, "inspect", "--platform", "linux/arm64", "app:1")))
        {
            Assert.Equal("arm64", image.RootElement[0].GetProperty("Architecture").GetString());
        }

        var archive = workshop.Outside("saved.tar");
        await program.SucceedAsync(Cancellation, "save", "-o", archive, "app:1");
        var id = await program.SucceedAsync(Cancellation, "images", "-q", "--no-trunc", "app");
        await program.SucceedAsync(Cancellation, "rmi", "app:1");
        Assert.Equal("Loaded image: app:1\n", await program.SucceedAsync(Cancellation, "load", "-i", archive));
        Assert.Equal(id, await program.SucceedAsync(Cancellation, "images", "-q", "--no-trunc", "app"));

        var built = await workshop.BuildAsync("FROM app:1\nCOPY Dockerfile /\n", "--platform", "linux/arm64", "-o", workshop.Outside("files"));
        Assert.Equal("arm64\n", await File.ReadAllTextAsync(Path.Combine(workshop.Outside("files"), "arch"), Cancellation));
        Assert.DoesNotContain("pull", built.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Platforms_of_a_base_image_that_are_here_need_no_registry()
    {
        Assert.SkipUnless(LocalRegistry.IsInstalled, "docker-registry is not installed");
        string[] options = [.. Platforms, "-o", $"type=oci,dest={workshop.Outside("out.tar")}"];
        string name;
        await using (var registry = await LocalRegistry.StartAsync(Cancellation))
        {
            name = $"{registry.Address}/team/base:1";
            await workshop.BuildAsync(Text, [.. Platforms, "-t", name]);
            await workshop.Program.SucceedAsync(Cancellation, "push", name);
            await workshop.Program.SucceedAsync(Cancellation, "rmi", name);
            await workshop.BuildAsync($"FROM {name}\nCOPY Dockerfile /\n", options);
        }

        await workshop.BuildAsync($"FROM {name}\nCOPY Dockerfile /\n", options);
        var refused = await workshop.TryBuildAsync($"FROM {name}\nCOPY Dockerfile /\n", [.. options, "--pull"]);
        Assert.Contains(name, refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, refused.ExitCode);
    }

    [Fact]
    public async Task Programs_of_another_processor_run_through_an_emulator()
    {
        await using var emulator = await Emulator.RegisterAsync(Cancellation);
        await File.WriteAllBytesAsync(Path.Combine(workshop.Context, "hello"), Emulator.Hello("hello from another processor\n"), Cancellation);
        var result = await workshop.BuildAsync("FROM scratch\nCOPY --chmod=755 hello /\nRUN [\"/hello\"]\n", "--platform", "linux/arm64", "-t", "hello");
        Assert.Contains("hello from another processor", result.Error, StringComparison.Ordinal);
        Assert.Equal("hello from another processor\n", await workshop.Program.SucceedAsync(Cancellation, "run", "--rm", "--platform", "linux/arm64", "hello", "/hello"));
    }

    [Fact]
    [Trait("Rootless", "also")]
    public async Task I_can_build_for_another_processor_when_its_programs_need_not_run()
    {
        await workshop.BuildAsync(
            """
            FROM --platform=$BUILDPLATFORM busybox AS build
            ARG TARGETPLATFORM TARGETARCH
            RUN echo "$TARGETPLATFORM $TARGETARCH" > /target
            FROM scratch
            WORKDIR /w
            COPY --from=build /target .
            """,
            "--platform", "linux/s390x", "-t", "foreign", "-o", workshop.Outside("out"), "-o", "type=image");
        Assert.Equal("linux/s390x s390x\n", await File.ReadAllTextAsync(Path.Combine(workshop.Outside("out"), "w", "target"), Cancellation));
        using var image = JsonDocument.Parse(await workshop.Program.SucceedAsync(Cancellation, "inspect", "foreign"));
        Assert.Equal("s390x", image.RootElement[0].GetProperty("Architecture").GetString());
    }

    [Fact]
    [Trait("Rootless", "also")]
    public async Task A_step_that_this_machine_cannot_run_says_what_is_missing()
    {
        // The start of a 64-bit program: enough for the kernel to see for whom it is.
        var program = new byte[64];
        byte[] start = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        start.CopyTo(program, 0);
        (program[16], program[18], program[20]) = (2, UnknownMachine, 1);
        Directory.CreateDirectory(workshop.Context);
        await File.WriteAllBytesAsync(Path.Combine(workshop.Context, "program"), program, Cancellation);
        var result = await workshop.TryBuildAsync("FROM scratch\nCOPY --chmod=755 program /\nRUN [\"/program\"]\n", "--platform", "linux/s390x");
        Assert.Contains("this machine cannot run programs of linux/s390x", result.Error, StringComparison.Ordinal);
        Assert.Contains("qemu-user-static", result.Error, StringComparison.Ordinal);
        Assert.Contains("Dockerfile:3", result.Error, StringComparison.Ordinal);
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
