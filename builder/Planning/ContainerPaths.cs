namespace SharpBuild.Builder.Planning;

/// <summary>Paths inside an image: always with slashes, worked on as text, never looked up.</summary>
internal static class ContainerPaths
{
    /// <summary>The shortest absolute form of <paramref name="path"/> below <paramref name="directory"/>; <c>..</c> stops at the root.</summary>
    public static string Resolve(string directory, string path)
    {
        var parts = new List<string>();
        var whole = path.StartsWith('/') ? path : $"{directory}/{path}";
        foreach (var part in whole.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }

    /// <summary>The target of a copy: as <see cref="Resolve"/>, but a trailing slash or dot, which means "a directory", is kept as a slash.</summary>
    public static string ResolveDestination(string directory, string path)
    {
        var resolved = Resolve(directory, path);
        var isDirectory = path is "" or "." or ".." || path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal) || path.EndsWith("/..", StringComparison.Ordinal);
        return isDirectory && resolved != "/" ? resolved + "/" : resolved;
    }
}
