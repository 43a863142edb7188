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
        foreach (var entry in DirectoryReader.Read(upper))
        {
            if (entry.Kind != FileKind.Directory && !(entry.Kind == FileKind.Unknown && FileStatuses.Get(upper, entry.Name).Kind == FileKind.Directory))
            {
                continue;
            }

            using var directory = Descriptors.OpenAt(upper, entry.Name, DirectoryFlags, ResolveFlags.Beneath);
            using var below = Descriptors.TryOpenAt(lower, entry.Name, DirectoryFlags, ResolveFlags.Beneath, 0, out _);
            if (below is null)
            {
                OpenExtendedAttributes.Remove(directory, attribute);
            }
            else if (OpenExtendedAttributes.Get(directory, attribute) is null)
            {
                Walk(directory, below, attribute);
            }
        }
    }
}
