using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Storage;

/// <summary>
/// Takes away overlayfs' opaque marks that mean nothing. The kernel marks every directory that is made in a directory which also
/// exists below, as a hint for its own lookups; in a tar the mark becomes a whiteout of all that was there before, which bloats the
/// layer and makes it differ from the same files copied onto another base.
/// </summary>
internal static class OpaqueMarks
{
    private const OpenFlags DirectoryFlags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow;

    /// <summary>Walks the directories that <paramref name="upper"/> and <paramref name="lower"/> share.</summary>
    public static void RemoveNeedless(SafeFileHandle upper, SafeFileHandle lower, bool userXattr) =>
        Walk(upper, lower, userXattr ? "user.overlay.opaque" : "trusted.overlay.opaque");

    private static void Walk(SafeFileHandle upper, SafeFileHandle lower, string attribute)
    {
        using var uppers = new DirectoryChain(upper);
        using var lowers = new DirectoryChain(lower);
        var levels = new Stack<Stack<DirectoryEntry>>([new(DirectoryReader.Read(upper))]);
        while (levels.TryPeek(out var entries))
        {
            if (!entries.TryPop(out var entry))
            {
                levels.Pop();
                if (levels.Count > 0)
                {
                    uppers.Leave();
                    lowers.Leave();
                }
            }
            else if (IsDirectory(uppers.Current, entry) && OpenShared(uppers.Current, lowers.Current, entry.Name, attribute) is var (above, below))
            {
                uppers.Enter(above);
                lowers.Enter(below);
                levels.Push(new(DirectoryReader.Read(above)));
            }
        }
    }

    private static bool IsDirectory(SafeFileHandle parent, DirectoryEntry entry) =>
        entry.Kind == FileKind.Directory || (entry.Kind == FileKind.Unknown && FileStatuses.Get(parent, entry.Name).Kind == FileKind.Directory);

    // Null where there is nothing below that could show through.
    private static (SafeFileHandle Upper, SafeFileHandle Lower)? OpenShared(SafeFileHandle upper, SafeFileHandle lower, string name, string attribute)
    {
        var above = Descriptors.OpenAt(upper, name, DirectoryFlags, ResolveFlags.Beneath);
        var below = Descriptors.TryOpenAt(lower, name, DirectoryFlags, ResolveFlags.Beneath, 0, out _);
        if (below is not null && OpenExtendedAttributes.Get(above, attribute) is null)
        {
            return (above, below);
        }

        if (below is null)
        {
            OpenExtendedAttributes.Remove(above, attribute);
        }

        above.Dispose();
        below?.Dispose();
        return null;
    }
}
