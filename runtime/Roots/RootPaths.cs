using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Runtime.Roots;

/// <summary>Walks paths of a root by descriptor where they need not exist yet.</summary>
internal static class RootPaths
{
    private const int MaximumLinks = 255;

    /// <summary>The path (relative to the root, no links in it) that <paramref name="path"/> leads to; what is missing is taken as written.</summary>
    public static string Resolve(SafeFileHandle root, string path)
    {
        var pending = new Stack<string>();
        Push(pending, path);
        var resolved = new List<string>();
        var links = 0;
        while (pending.TryPop(out var name))
        {
            if (name == "..")
            {
                RemoveLast(resolved);
                continue;
            }

            using var parent = TryOpenDirectory(root, string.Join('/', resolved));
            if (parent is null || !FileStatuses.TryGet(parent, name, out var status) || status.Kind != FileKind.SymbolicLink)
            {
                resolved.Add(name);
                continue;
            }

            if (++links > MaximumLinks)
            {
                throw new SyscallException("openat2", Errno.ELOOP, path);
            }

            var target = Inodes.ReadLink(parent, name);
            if (target.StartsWith('/'))
            {
                resolved.Clear();
            }

            Push(pending, target);
        }

        return string.Join('/', resolved);
    }

    /// <summary>Opens a directory of the root whose path has no links; null when there is none.</summary>
    public static SafeFileHandle? TryOpenDirectory(SafeFileHandle root, string path) =>
        Descriptors.TryOpenAt(
            root, path, OpenFlags.PathOnly | OpenFlags.Directory, ResolveFlags.Beneath | ResolveFlags.NoSymlinks, 0, out _);

    private static void Push(Stack<string> pending, string path)
    {
        var names = path.Split('/');
        for (var index = names.Length - 1; index >= 0; index--)
        {
            if (names[index] is not ("" or "."))
            {
                pending.Push(names[index]);
            }
        }
    }

    private static void RemoveLast(List<string> resolved)
    {
        if (resolved.Count > 0)
        {
            resolved.RemoveAt(resolved.Count - 1);
        }
    }
}
