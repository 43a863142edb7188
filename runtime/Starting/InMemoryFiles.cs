using System.Globalization;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Runtime.Starting;

/// <summary>Files of one sandbox in a file system in memory that nobody else sees; gone with the last mount of them.</summary>
internal sealed class InMemoryFiles
{
    private int count;

    public SafeFileHandle Root { get; } = DetachedMounts.Tmpfs(size: null, mode: 0b111_000_000);

    /// <summary>Writes a file; the result is its number, which is its name.</summary>
    public int Add(ReadOnlySpan<byte> content, int mode, uint uid, uint gid)
    {
        var name = count.ToString(CultureInfo.InvariantCulture);
        using var file = Descriptors.OpenAt(
            Root, name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, ResolveFlags.Beneath, 0b110_000_000);
        RandomAccess.Write(file, content, 0);
        if (uid != 0 || gid != 0)
        {
            Inodes.ChangeOwner(file, uid, gid);
        }

        Inodes.ChangeMode(file, mode);
        return count++;
    }
}
