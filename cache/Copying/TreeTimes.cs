using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <summary>Gives all files of a tree one time.</summary>
public static class TreeTimes
{
    private const OpenFlags DirectoryFlags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow;

    /// <summary>Sets the modification time of everything below <paramref name="directory"/>, and its own. Links are not followed.</summary>
    public static void Set(string directory, DateTimeOffset time)
    {
        var modified = time.ToKernelTime();
        using var root = Descriptors.Open(directory, DirectoryFlags);
        using var chain = new DirectoryChain(root);
        var levels = new Stack<Stack<ByteEntry>>([new(ByteNames.ReadEntries(root))]);
        while (levels.TryPeek(out var entries))
        {
            if (!entries.TryPop(out var entry))
            {
                Inodes.SetTimes(chain.Current, modified);
                levels.Pop();
                if (levels.Count > 0)
                {
                    chain.Leave();
                }
            }
            else if (ByteNames.TryOpen(chain.Current, entry.Name, DirectoryFlags, 0, out _) is { } below)
            {
                chain.Enter(below);
                levels.Push(new(ByteNames.ReadEntries(below)));
            }
            else
            {
                Errno.ThrowIf(ByteNames.SetTimes(chain.Current, entry.Name, modified), "utimensat");
            }
        }
    }
}
