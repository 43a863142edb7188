using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <summary>Owner and permissions of a file that was just made with a mode, in as few calls as possible.</summary>
internal static class Ownership
{
    private const int SetIdBits = 0b111_000_000_000;
    private static readonly Lazy<int> Umask = new(ReadUmask);

    /// <summary>Corrects what the creating call could not give: an owner other than ourselves, bits that the umask took, set-id bits.</summary>
    public static void Give(SafeFileHandle made, int mode, uint uid, uint gid)
    {
        var hasOwner = (uid | gid) != 0;
        if (hasOwner)
        {
            Inodes.ChangeOwner(made, uid, gid);
        }

        if (NeedsMode(mode))
        {
            Inodes.ChangeMode(made, mode);
        }
    }

    /// <summary>As <see cref="Give(SafeFileHandle, int, uint, uint)"/>, for what cannot be opened.</summary>
    public static void Give(SafeFileHandle directory, string name, int mode, uint uid, uint gid)
    {
        if ((uid | gid) != 0)
        {
            Inodes.ChangeOwner(directory, name, uid, gid);
        }

        if (NeedsMode(mode))
        {
            Inodes.ChangeMode(directory, name, mode);
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
