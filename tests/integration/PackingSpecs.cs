using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>What <c>./pack.sh</c> makes besides what the other tests install: the same packages again, and the image of sharpbuild itself.</summary>
public sealed class PackingSpecs : IAsyncDisposable
{
    private readonly TemporaryDirectory work = new();
    private readonly SharpBuildProgram sharpbuild = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await sharpbuild.DisposeAsync();
        work.Dispose();
    }

    [Fact]
    public async Task Packing_again_elsewhere_gives_the_same_bytes()
    {
        DotNetWorkshop.RequirePackages();
        await PackAsync("--output", work["packages"], "--work", work["work"]);
        foreach (var package in Directory.GetFiles(DotNetWorkshop.Packages!))
        {
            var again = work[$"packages/{Path.GetFileName(package)}"];
            Assert.Equal(await File.ReadAllBytesAsync(package, Cancellation), await File.ReadAllBytesAsync(again, Cancellation));
        }

        await new Command("sha256sum", "--check", "--strict", "SHA256SUMS") { Directory = work["packages"] }.SucceedAsync(Cancellation);
    }

    [Fact]
    public async Task The_archive_holds_a_program_that_needs_no_dotnet()
    {
        DotNetWorkshop.RequirePackages();
        var archive = Assert.Single(Directory.GetFiles(DotNetWorkshop.Packages!, "sharpbuild-*-linux-x64.tar.gz"));
        await new Command("tar", "-xzf", archive, "-C", work.Path, "--strip-components=2").SucceedAsync(Cancellation);
        var program = new Command(work["bin/sharpbuild"], "--version") { Environment = new Dictionary<string, string?> { ["DOTNET_ROOT"] = "/nowhere", ["PATH"] = "/nowhere" } };
        Assert.StartsWith("sharpbuild ", await program.SucceedAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tool_for_any_machine_has_no_diagnostics_socket()
    {
        DotNetWorkshop.RequirePackages();
        var package = Assert.Single(Directory.GetFiles(DotNetWorkshop.Packages!, "sharpbuild.any.*.nupkg"));
        await System.IO.Compression.ZipFile.ExtractToDirectoryAsync(package, work["tool"], Cancellation);
        await sharpbuild.ImportBusyboxAsync(Cancellation);
        Directory.CreateDirectory(work["tmp"]);
        string[] run = ["run", "--root", sharpbuild.Store, "--rm", "busybox", "sh", "-c", "echo up; sleep 60"];
        using var process = new Command(DotNetWorkshop.DotNet, [work["tool/tools/net10.0/any/sharpbuild.dll"], .. run])
        {
            Environment = new Dictionary<string, string?> { ["TMPDIR"] = work["tmp"], ["DOTNET_EnableDiagnostics"] = null, ["SHARPBUILD_UPKEEP"] = "off" },
        }.Start();
        Assert.Equal("up", await process.StandardOutput.ReadLineAsync(Cancellation));
        string[] files = [.. Directory.GetFiles(work["tmp"], "*diagnostic*"), .. Directory.GetFiles(work["tmp"], "clr-*")];
        process.Kill();
        await process.WaitForExitAsync(Cancellation);
        Assert.Empty(files);
        Assert.Empty(Directory.GetFileSystemEntries(work["tmp"]));
    }

    [Fact]
    public async Task The_image_of_sharpbuild_builds_images()
    {
        DotNetWorkshop.RequirePackages();
        Assert.SkipUnless(DebianRootfs.IsAvailable, "neither a cached Debian root file system nor mmdebstrap is here");
        await sharpbuild.SucceedAsync(Cancellation, "import", await DebianRootfs.GetAsync(Cancellation), $"debian:{DebianRootfs.Release}");
        await PackAsync("--no-pack", "--output", DotNetWorkshop.Packages!, "--image", work["sharpbuild.tar"], "--work", work["work"]);
        Assert.InRange(new FileInfo(work["sharpbuild.tar"]).Length, 1, 25_000_000);
        await sharpbuild.SucceedAsync(Cancellation, "load", "-i", work["sharpbuild.tar"]);
        Assert.Contains("Hello", await BuildInsideAsync(), StringComparison.Ordinal);
    }

    private Task<string> PackAsync(params IReadOnlyList<string> options) => new Command(SourceTree.Resolve("pack.sh"), options)
    {
        Limit = TimeSpan.FromMinutes(15), // it compiles native code
        Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["SHARPBUILD_ROOT"] = sharpbuild.Store, ["SHARPBUILD_UPKEEP"] = "off" },
    }.SucceedAsync(Cancellation);

    /// <summary>A privileged container, as CI services have them, made by hand of the image's files: in it the image builds and runs another one.</summary>
    private async Task<string> BuildInsideAsync()
    {
        work.Write("context/Dockerfile", "FROM sharpbuild:0.1.0\n");
        await sharpbuild.SucceedAsync(Cancellation, "build", "-o", $"type=local,dest={work["root"]}", work["context"]);
        await new Command("cp", "-r", SourceTree.Resolve("examples/hello"), work["root/src"]).SucceedAsync(Cancellation);
        await new Command(SourceTree.Resolve("examples/make-busybox-rootfs.sh"), work["root/busybox.tar"]).SucceedAsync(Cancellation);
        const string Inside = """
            mount --bind "$0" "$0"; cd "$0"; mkdir -p dev proc sys
            mount -t tmpfs tmpfs dev; for device in null zero full random urandom tty; do touch dev/$device && mount --bind /dev/$device dev/$device; done
            mount -t proc proc proc; mount --rbind /sys sys; mkdir -p var/lib/sharpbuild; mount -t tmpfs tmpfs var/lib/sharpbuild
            export SHARPBUILD_UPKEEP=off
            chroot . sharpbuild import /busybox.tar busybox; chroot . sharpbuild -t hello /src; chroot . sharpbuild run --rm hello
            """;
        return await new Command("unshare", "--mount", "--pid", "--fork", "--propagation", "private", "bash", "-ec", Inside, work["root"])
        {
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ["DOTNET_ROOT"] = null, ["CI"] = null },
        }.SucceedAsync(Cancellation);
    }
}
