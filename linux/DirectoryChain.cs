using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>
/// The directories from a root down to where a walk is. Only the lowest are kept open, so that a tree of any depth needs few descriptors;
/// going up reopens a directory by <c>..</c> and makes sure that it is the one that was left: whoever moves directories about meanwhile
/// cannot lead the walk elsewhere.
/// </summary>
/// <param name="root">Where the walk begins; stays open, and is not disposed.</param>
public sealed class DirectoryChain(SafeFileHandle root) : IDisposable
{
    private const int MostOpen = 32;
    private const OpenFlags Flags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow;

    private readonly List<Link> links = [];

    /// <summary>The directory that was entered last.</summary>
    public SafeFileHandle Current => links.Count == 0 ? root : links[^1].Handle!;

    /// <summary>How many directories were entered.</summary>
    public int Depth => links.Count;

    /// <summary>Goes into a directory of the current one.</summary>
    /// <param name="directory">The open directory, owned by the chain from now on.</param>
    public void Enter(SafeFileHandle directory)
    {
        links.Add(new(directory, 0, 0));
        if (links.Count > MostOpen && links[^(MostOpen + 1)].Handle is { } old)
        {
            var status = FileStatuses.Get(old);
            links[^(MostOpen + 1)] = new(null, status.Device, status.Inode);
            old.Dispose();
        }
    }

    /// <summary>Goes back to the directory above.</summary>
    /// <exception cref="SyscallException">The current directory was moved to another place meanwhile.</exception>
    public void Leave()
    {
        var left = links[^1].Handle!;
        links.RemoveAt(links.Count - 1);
        using (left)
        {
            if (links.Count > 0 && links[^1].Handle is null)
            {
                links[^1] = Reopen(left, links[^1]);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var link in links)
        {
            link.Handle?.Dispose();
        }

        links.Clear();
    }

    private static Link Reopen(SafeFileHandle below, Link known)
    {
        var handle = Descriptors.OpenAt(below, "..", Flags, ResolveFlags.None);
        var status = FileStatuses.Get(handle);
        if (status.Device == known.Device && status.Inode == known.Inode)
        {
            return known with { Handle = handle };
        }

        handle.Dispose();
        throw new SyscallException("openat2", Errno.ESTALE, "..");
    }

    private readonly record struct Link(SafeFileHandle? Handle, ulong Device, ulong Inode);
}
