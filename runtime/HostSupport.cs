namespace SharpBuild.Runtime;

/// <summary>What a host allows.</summary>
public sealed record HostSupport
{
    /// <summary>Whether we are root, of the host or of a user namespace.</summary>
    public required bool IsRoot { get; init; }

    /// <summary>Whether we live in a user namespace: overlays then need <c>userxattr</c>, and device files cannot be made.</summary>
    public required bool InUserNamespace { get; init; }

    internal static HostSupport Read() => new()
    {
        IsRoot = System.Environment.IsPrivilegedProcess,
        InUserNamespace = !IsWholeMap(File.ReadAllText("/proc/self/uid_map")),
    };

    // The initial namespace maps all ids to themselves: "0 0 4294967295".
    private static bool IsWholeMap(string map) =>
        map.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];
}
