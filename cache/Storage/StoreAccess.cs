using SharpBuild.Linux;

namespace SharpBuild.Cache.Storage;

/// <summary>
/// Keeps other local users out of a store. Layers, cache mounts and volumes hold files of any owner and mode, set-user-id programs
/// among them; records hold build arguments. Nobody but the owner may get at them, whatever the umask was when they were made.
/// </summary>
internal static class StoreAccess
{
    private const UnixFileMode OwnerOnly = (UnixFileMode)0b111_000_000;
    private const int Others = 0b000_111_111;

    /// <summary>Makes a directory that only its owner may enter; one that is there already stays as it is.</summary>
    public static void MakeDirectory(string path)
    {
        if (Inodes.TryMakeDirectory(path, (int)OwnerOnly))
        {
            Close(path);
        }
    }

    /// <summary>
    /// Closes a store that an earlier version left open. One system call for a store that is closed already. A root that also holds files
    /// of other programs keeps its mode; only what is ours in it is closed.
    /// </summary>
    public static void Repair(CachePaths paths)
    {
        if (!IsOpen(paths.Root))
        {
            return;
        }

        var isOurs = true;
        foreach (var path in Directory.EnumerateFileSystemEntries(paths.Root))
        {
            if (!CachePaths.IsKnown(Path.GetFileName(path)))
            {
                isOurs = false;
            }
            else
            {
                CloseIfOpen(path);
            }
        }

        if (isOurs)
        {
            Close(paths.Root);
        }
    }

    private static void CloseIfOpen(string path)
    {
        if (IsOpen(path))
        {
            Close(path);
        }
    }

    // Through a link, too: somebody may have put "layers" on another disk.
    private static bool IsOpen(string directory) => FileStatuses.TryGet(directory + "/.", out var status) && (status.Permissions & Others) != 0;

    private static void Close(string path)
    {
        try
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A store on a read-only disk, or another user's that we may only read: its owner closes it when he opens it.
        }
    }
}
