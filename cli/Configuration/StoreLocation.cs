namespace SharpBuild.Cli.Configuration;

/// <summary>Finds the directory of the store.</summary>
internal static class StoreLocation
{
    private const string SystemRoot = "/var/lib/sharpbuild";

    /// <summary>The absolute path: <c>--root</c>, else <c>SHARPBUILD_ROOT</c>, else root's place, else the user's data directory.</summary>
    /// <exception cref="UsageException">There is neither of them.</exception>
    public static string Resolve(string? given, Func<string, string?> lookup, bool isRoot)
    {
        if (given is { Length: > 0 } || lookup("SHARPBUILD_ROOT") is { Length: > 0 })
        {
            return Path.GetFullPath(given is { Length: > 0 } ? given : lookup("SHARPBUILD_ROOT")!);
        }

        if (isRoot)
        {
            return SystemRoot;
        }

        // Layers of a user belong to subordinate ids: not into ~/.cache, which people wipe and then cannot.
        var data = lookup("XDG_DATA_HOME") is { Length: > 0 } set ? set
            : lookup("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "share")
            : throw new UsageException("there is no directory for the store because HOME is not set; use --root DIR");
        return Path.Combine(data, "sharpbuild");
    }
}
