using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>Paths that cannot leave their root, whatever links say.</summary>
internal static class ScopedPath
{
    private const int LinkLimit = 255; // as deep as BuildKit follows

    /// <summary>A path relative to the root, with <c>.</c> and <c>..</c> worked out as text: <c>..</c> above the root vanishes (spec 2.5).</summary>
    public static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                Pop(parts);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>
    /// Follows all links of a path, the last element's too, with the root of the tree as theirs. What does not exist is kept as written,
    /// so that a dangling link gives the path to make (spec 2.10).
    /// </summary>
    /// <exception cref="SyscallException">More links than anybody means (ELOOP).</exception>
    public static string Resolve(IPathLookup tree, string path)
    {
        var current = new List<string>();
        var rest = new Stack<string>();
        PushReversed(rest, path);
        var links = 0;
        while (rest.TryPop(out var part))
        {
            if (part is "." or "..")
            {
                if (part == "..")
                {
                    Pop(current);
                }

                continue;
            }

            current.Add(part);
            var candidate = string.Join('/', current);
            if (!tree.TryGetStatus(candidate, out var status) || status.Kind != FileKind.SymbolicLink)
            {
                continue;
            }

            if (++links > LinkLimit)
            {
                throw new SyscallException("open", Errno.ELOOP, "/" + path);
            }

            var target = tree.ReadLink(candidate);
            Pop(current);
            if (target.StartsWith('/'))
            {
                current.Clear();
            }

            PushReversed(rest, target);
        }

        return string.Join('/', current);
    }

    /// <summary>The directory of a path, empty for the root.</summary>
    public static string Parent(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    /// <summary>The last element of a path.</summary>
    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>A path one level deeper.</summary>
    public static string Join(string directory, string name) => directory.Length == 0 ? name : $"{directory}/{name}";

    private static void PushReversed(Stack<string> rest, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = parts.Length - 1; i >= 0; i--)
        {
            rest.Push(parts[i]);
        }
    }

    private static void Pop(List<string> parts)
    {
        if (parts.Count > 0)
        {
            parts.RemoveAt(parts.Count - 1);
        }
    }
}
