using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>What a pipeline does with the packages: the workflow of <c>examples/ci</c>, packing anew, and the image of sharpbuild itself.</summary>
public sealed class PipelineSpecs(DotNetWorkshop workshop) : IClassFixture<DotNetWorkshop>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task I_can_copy_the_workflow_for_GitHub_Actions()
    {
        DotNetWorkshop.RequirePackages();
        await new Command("cp", "-r", SourceTree.Resolve("examples/hello"), workshop["repository"]).SucceedAsync(Cancellation);
        var runner = new WorkflowRunner(
            await File.ReadAllTextAsync(SourceTree.Resolve("examples/ci/github-actions.yml"), Cancellation),
            workshop["repository"],
            workshop.Command("repository").Environment);
        var log = await runner.RunAsync(name => name != "Let an ordinary user make containers", Cancellation);

        Assert.Contains("::group::#", log, StringComparison.Ordinal);
        Assert.Contains("Hello from BusyBox", log, StringComparison.Ordinal);
        Assert.Contains("`ghcr.io/example/shop:0123abc`", runner.Summary, StringComparison.Ordinal);
        Assert.StartsWith("sha256:", await File.ReadAllTextAsync(workshop["repository/image.id"], Cancellation), StringComparison.Ordinal);
        Assert.Contains("containerimage.digest", await File.ReadAllTextAsync(workshop["repository/image.json"], Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packing_again_elsewhere_gives_the_same_bytes_and_an_image_of_sharpbuild_that_builds_images()
    {
        DotNetWorkshop.RequirePackages();
        Assert.SkipUnless(DebianRootfs.IsAvailable, "neither a cached Debian root file system nor mmdebstrap is here");
        using var work = new TemporaryDirectory();
        await new Command(SourceTree.Resolve("pack.sh"), "--output", work["packages"], "--image", work["sharpbuild.tar"], "--work", work["work"])
        {
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["SHARPBUILD_ROOT"] = workshop.Program.Store, ["SHARPBUILD_UPKEEP"] = "off" },
        }.SucceedAsync(Cancellation);
        foreach (var package in Directory.GetFiles(DotNetWorkshop.Packages!, "*.nupkg"))
        {
            Assert.Equal(await File.ReadAllBytesAsync(package, Cancellation), await File.ReadAllBytesAsync(work[$"packages/{Path.GetFileName(package)}"], Cancellation));
        }

        Assert.Contains("Hello", await BuildInsideAsync(work), StringComparison.Ordinal);
    }

    /// <summary>A privileged container, as CI services have them, made by hand of the image's files: in it the image builds and runs another one.</summary>
    private async Task<string> BuildInsideAsync(TemporaryDirectory work)
    {
        await workshop.Program.SucceedAsync(Cancellation, "load", "-i", work["sharpbuild.tar"]);
        work.Write("context/Dockerfile", "FROM sharpbuild:0.1.0\n");
        await workshop.Program.SucceedAsync(Cancellation, "build", "-o", $"type=local,dest={work["root"]}", work["context"]);
        await new Command("cp", "-r", SourceTree.Resolve("examples/hello"), work["root/src"]).SucceedAsync(Cancellation);
        await new Command(SourceTree.Resolve("examples/make-busybox-rootfs.sh"), work["root/busybox.tar"]).SucceedAsync(Cancellation);
        const string Inside = """
            mount --bind "$0" "$0"; cd "$0"
            mount -t tmpfs tmpfs dev; for device in null zero full random urandom tty; do touch dev/$device && mount --bind /dev/$device dev/$device; done
            mount -t proc proc proc; mount --rbind /sys sys; mkdir -p var/lib/sharpbuild; mount -t tmpfs tmpfs var/lib/sharpbuild
            exec chroot . /bin/sh -ec 'export SHARPBUILD_UPKEEP=off; sharpbuild import /busybox.tar busybox; sharpbuild -t hello /src; sharpbuild run --rm hello'
            """;
        return await new Command("unshare", "--mount", "--pid", "--fork", "--propagation", "private", "bash", "-ec", Inside, work["root"])
        {
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ["DOTNET_ROOT"] = null, ["CI"] = null },
        }.SucceedAsync(Cancellation);
    }
}
