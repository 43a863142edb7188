namespace SharpBuild.Runtime.Planning;

/// <summary>The paths that a cgroup's parent may have.</summary>
public static class CgroupPaths
{
    private const int LongestName = 255; // NAME_MAX

    /// <summary>Why a path cannot be that of a cgroup; null when it can.</summary>
    /// <param name="path">The path in the tree of cgroups, as <c>/builds/mine</c>; the first slash may be left out, and <c>/</c> is the root.</param>
    public static string? ProblemOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Contains(':', StringComparison.Ordinal))
        {
            return "systemd's form slice:prefix:name is not supported";
        }

        var inner = path.Trim('/');
        return inner.Length == 0 ? null : Array.Find(Array.ConvertAll(inner.Split('/'), ProblemOfName), static problem => problem is not null);
    }

    private static string? ProblemOfName(string name) => name switch
    {
        "" or "." or ".." => "it has to stay in the tree of cgroups, without '.', '..' and doubled slashes",
        { Length: > LongestName } => "one of its names is too long",
        _ when name.AsSpan().ContainsAnyInRange('\0', '\x1f') => "its names must not have control characters",
        _ => null,
    };
}
