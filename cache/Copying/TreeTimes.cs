using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <summary>Gives all files of a tree one time.</summary>
public static class TreeTimes
{
    /// <summary>Sets the modification time of everything below <paramref name="directory"/>, and its own. Links are not followed.</summary>
    public static void Set(string directory, DateTimeOffset time) => Set(new DirectoryInfo(directory), time.ToKernelTime());

    // By hand: the recursion of the class library goes through links to directories, out of the tree.
    private static void Set(DirectoryInfo directory, FileTime time)
    {
        using var handle = Descriptors.Open(directory.FullName, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);
        foreach (var entry in directory.EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo inner && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                Set(inner, time);
            }
            else
            {
                Inodes.SetTimes(handle, entry.Name, time);
            }
        }

        Inodes.SetTimes(handle, time);
    }
}
