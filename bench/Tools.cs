using System.Collections.Immutable;

namespace SharpBuild.Bench;

/// <summary>Finds the tools of this machine: sharpbuild first, then the peers that answer.</summary>
internal static class Tools
{
    private const string DefaultPeers = "/var/lib/sharpbuild-peers";

    /// <summary>The chroot in which peers may live, or an empty string.</summary>
    public static string Chroot { get; } =
        (Environment.GetEnvironmentVariable("PEERS") ?? DefaultPeers) is var peers && Directory.Exists(Path.Combine(peers, "usr/bin")) ? peers : "";

    /// <summary>What is there.</summary>
    public static ImmutableArray<Tool> Find(string directory)
    {
        ImmutableArray<Tool> candidates =
        [
            SharpBuild(Path.Combine(directory, "store")),
            .. Peers([], ""),
            .. Chroot.Length > 0 ? Peers(["chroot", Chroot], Chroot) : [],
        ];
        return [.. candidates.Where(Answers).DistinctBy(tool => tool.Name)];
    }

    private static Tool SharpBuild(string store) => new(
        "sharpbuild",
        [Environment.GetEnvironmentVariable("SHARPBUILD_PROGRAM") ?? "sharpbuild"],
        (context, tag, cold) => ["build", "--root", store, .. NoCache(cold), "--network", "host", "--progress", "quiet", "-t", tag, context],
        (tar, tag) => ["import", "--root", store, tar, tag],
        tag => ["run", "--root", store, "--rm", "--network", "host", tag, "true"]);

    private static IEnumerable<Tool> Peers(ImmutableArray<string> prefix, string root) =>
    [
        new(
            "docker",
            [.. prefix, "docker"],
            (context, tag, cold) => ["buildx", "build", .. NoCache(cold), "--network", "host", "--progress", "quiet", "-t", tag, context],
            (tar, tag) => ["import", "-c", "ENV PATH=/bin", tar, tag],
            tag => ["run", "--rm", "--network", "host", tag, "true"],
            root),
        new(
            "buildah",
            [.. prefix, "buildah", "--storage-driver", "overlay"],
            (context, tag, cold) => ["build", .. NoCache(cold), "--layers", "--pull=never", "--isolation", "chroot", "--network", "host", "--jobs", "8", "-q", "-t", tag, context],
            (tar, tag) => ["build", "--layers", "-q", "-t", tag, Path.GetDirectoryName(tar)!],
            _ => [],
            root),
    ];

    private static string[] NoCache(bool cold) => cold ? ["--no-cache"] : [];

    private static bool Answers(Tool tool)
    {
        try
        {
            // Docker's client alone answers to `version`; `info` wants the daemon.
            tool.Time([tool.Name == "sharpbuild" ? "--version" : "info"]);
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
