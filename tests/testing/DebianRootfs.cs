namespace SharpBuild.Testing;

/// <summary>
/// A minimal Debian as a tar, made with <c>mmdebstrap</c> from the mirror that this machine uses, and kept from run to run in
/// <c>SHARPBUILD_TEST_CACHE</c> (default: <c>sharpbuild-tests</c> in the user's cache directory).
/// </summary>
public static class DebianRootfs
{
    /// <summary>The release that the examples name.</summary>
    public const string Release = "bookworm";

    /// <summary>Whether it can be had: it is there already, or the program and the archive's keys are.</summary>
    public static bool IsAvailable => File.Exists(CachedFile) || Command.Exists("mmdebstrap");

    private static string CachedFile => Path.Combine(CacheDirectory, $"debian-{Release}.tar");

    private static string CacheDirectory =>
        Environment.GetEnvironmentVariable("SHARPBUILD_TEST_CACHE")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "sharpbuild-tests");

    /// <summary>The tar's path; makes it when it is not there yet, which takes about half a minute.</summary>
    public static async Task<string> GetAsync(CancellationToken cancellation)
    {
        if (File.Exists(CachedFile))
        {
            return CachedFile;
        }

        Directory.CreateDirectory(CacheDirectory);
        var draft = $"{CachedFile}.{Environment.ProcessId}";
        string[] options = ["--variant=minbase", "--format=tar", $"--mode={(Environment.IsPrivilegedProcess ? "root" : "unshare")}"];
        await new Command("mmdebstrap", [.. options, .. await AptOptionsAsync(cancellation), Release, draft, .. await MirrorAsync(cancellation)])
        {
            Limit = TimeSpan.FromMinutes(10),
        }.SucceedAsync(cancellation);
        File.Move(draft, CachedFile, overwrite: true);
        return CachedFile;
    }

    // A machine whose clock is past the archive's dates says so to its own apt; the image needs to hear it too.
    private static async Task<string[]> AptOptionsAsync(CancellationToken cancellation)
    {
        var result = await new Command("apt-config", "dump", "--format", "%v", "Acquire::Check-Valid-Until").RunAsync(cancellation);
        return result.Output.Trim() == "false" ? ["--aptopt=Acquire::Check-Valid-Until \"false\""] : [];
    }

    private static async Task<string[]> MirrorAsync(CancellationToken cancellation)
    {
        var result = await new Command("apt-get", "indextargets", "--format", "$(REPO_URI)", $"Codename: {Release}", "Created-By: Packages").RunAsync(cancellation);
        return result.Output.Split('\n').FirstOrDefault(uri => uri.EndsWith("/debian/", StringComparison.Ordinal)) is { } mirror ? [mirror] : [];
    }
}
