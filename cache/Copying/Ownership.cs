using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <summary>Owner and permissions of a file that was just made with a mode, in as few calls as possible.</summary>
internal static class Ownership
{
    private const int SetIdBits = 0b111_000_000_000;
    private const int SetGroupIdBit = 0b010_000_000_000;
    private static readonly Lazy<int> Umask = new(ReadUmask);

    /// <summary>Whether what is made in a directory takes its group, and directories its set-group-id bit.</summary>
    public static bool IsInherited(SafeFileHandle directory) => (FileStatuses.Get(directory).Permissions & SetGroupIdBit) != 0;

    /// <summary>Corrects what the creating call could not give: an owner other than ourselves, bits that the umask took, set-id bits.</summary>
    /// <param name="made">The file.</param>
    /// <param name="mode">Its permission bits.</param>
    /// <param name="uid">Its owner.</param>
    /// <param name="gid">Its group.</param>
    /// <param name="isInherited">Whether its directory gave it another group and mode.</param>
    public static void Give(SafeFileHandle made, int mode, uint uid, uint gid, bool isInherited)
    {
        if ((uid | gid) != 0 || isInherited)
        {
            Inodes.ChangeOwner(made, uid, gid);
        }

        if (isInherited || NeedsMode(mode))
        {
            Inodes.ChangeMode(made, mode);
        }
    }

    /// <summary>As <see cref="Give(SafeFileHandle, int, uint, uint, bool)"/>, for what cannot be opened.</summary>
    public static void Give(SafeFileHandle directory, string name, int mode, uint uid, uint gid, bool isInherited)
    {
        if ((uid | gid) != 0 || isInherited)
        {
            Inodes.ChangeOwner(directory, name, uid, gid);
        }

        if (NeedsMode(mode))
        {
            Inodes.ChangeMode(directory, name, mode);
        }
    }

    /// <summary>Corrects a new directory that keeps what its directory hands down: the group if nobody asks for an owner, and the set-group-id bit.</summary>
    public static void GiveNewDirectory(SafeFileHandle made, int mode, (uint Uid, uint Gid)? owner, bool isInherited)
    {
        if (owner is { } given && (isInherited || (given.Uid | given.Gid) != 0))
        {
            Inodes.ChangeOwner(made, given.Uid, given.Gid);
        }

        if (NeedsMode(mode))
        {
            Inodes.ChangeMode(made, isInherited ? mode | SetGroupIdBit : mode);
        }
    }

    private static bool NeedsMode(int mode) => (mode & (SetIdBits | Umask.Value)) != 0;

    // The call that tells the umask also changes it, for all threads; the file does not.
    private static int ReadUmask()
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("Umask:", StringComparison.Ordinal))
            {
                return Convert.ToInt32(line["Umask:".Length..].Trim(), 8);
            }
        }

        return 0b111_111_111;
    }
}
