using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Space;

/// <summary>
/// Measures what a tree takes on the disk: blocks, not lengths. Of a file with several names each name has its part, so that layers
/// which share files by hard links add up to what is really taken. Links are not followed, mounts not entered.
/// </summary>
internal static class DiskUsage
{
    private const int BlockSize = 512;
    private const OpenFlags DirectoryFlags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow;

    /// <summary>The bytes of a file, or of a directory and all below it; zero when there is none (any more).</summary>
    public static long Measure(string path)
    {
        if (!FileStatuses.TryGet(path, out var status))
        {
            return 0;
        }

        using var directory = status.Kind == FileKind.Directory ? Descriptors.TryOpen(path, DirectoryFlags, out _) : null;
        return PartOf(status) + (directory is null ? 0 : MeasureBelow(directory));
    }

    /// <summary>The bytes of a file or empty directory.</summary>
    public static long PartOf(in FileStatus status) =>
        status.Kind == FileKind.Directory || status.Links <= 1 ? status.Blocks * BlockSize : status.Blocks * BlockSize / status.Links;

    private static long MeasureBelow(SafeFileHandle top)
    {
        var sum = 0L;
        using var chain = new DirectoryChain(top);
        var levels = new Stack<Stack<ByteEntry>>([new(ByteNames.ReadEntries(top))]);
        while (levels.TryPeek(out var entries))
        {
            if (!entries.TryPop(out var entry))
            {
                levels.Pop();
                if (levels.Count > 0 && !TryLeave(chain))
                {
                    break;
                }
            }
            else if (FileStatuses.TryGet(chain.Current, entry.Name, out var status))
            {
                sum += PartOf(status);
                if (status.Kind == FileKind.Directory
                    && ByteNames.TryOpenPath(chain.Current, entry.Name, DirectoryFlags, ResolveFlags.Beneath | ResolveFlags.NoCrossMount, out _) is { } below)
                {
                    chain.Enter(below);
                    levels.Push(new(ByteNames.ReadEntries(below)));
                }
            }
        }

        return sum;
    }

    // A container that works in its cache mount may move a directory away while it is measured: the rest of the tree is not found then.
    private static bool TryLeave(DirectoryChain chain)
    {
        try
        {
            chain.Leave();
            return true;
        }
        catch (SyscallException)
        {
            return false;
        }
    }
}
