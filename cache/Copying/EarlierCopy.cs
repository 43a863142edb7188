using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache.Content;
using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <summary>
/// What the same COPY made in an earlier build. A file that would come out just like it is linked instead of written again: two system calls
/// instead of eight, no space a second time, nothing to put on the disk. Layers never change, so that one file may be in several.
/// </summary>
public sealed class EarlierCopy : IDisposable
{
    private readonly SafeFileHandle root;
    private readonly FileManifest files;

    // Two names that are two files in the source must not become one, even if they were one in the earlier copy.
    private readonly ConcurrentDictionary<ulong, bool> linked = new();

    private EarlierCopy(SafeFileHandle root, FileManifest files) => (this.root, this.files) = (root, files);

    /// <summary>Opens a layer to take files from; null when it is not there, or not all of it, or nobody knows any more what it was made of.</summary>
    /// <param name="store">The store.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="content">The content digest of the files that were copied.</param>
    public static EarlierCopy? TryOpen(Store store, LayerId layer, Digest content)
    {
        ArgumentNullException.ThrowIfNull(store);

        // Whole in this boot, or flushed in its own: and whoever flushes the new layer has flushed the files that it shares.
        return store.Layers.Claim(layer) && store.Contexts.TryGetManifest(content) is { } files ? new(store.Layers.OpenTree(layer), files) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => root.Dispose();

    /// <summary>Opens a directory of the layer; null when it has none of that name.</summary>
    internal SafeFileHandle? TryOpenDirectory(string path) =>
        Descriptors.TryOpenAt(root, path.Length == 0 ? "." : path, SourceLookup.DirectoryFlags, ResolveFlags.Beneath | ResolveFlags.NoSymlinks, 0, out _);

    /// <summary>Links a file, if it was made of the same content and is in every way as it would be made now.</summary>
    /// <param name="directory">The directory of the earlier layer.</param>
    /// <param name="path">The file's path in the source.</param>
    /// <param name="node">The file in the source.</param>
    /// <param name="wanted">What it is to look like.</param>
    /// <param name="into">The directory of the new layer.</param>
    /// <param name="name">Its name in both.</param>
    internal bool TryLink(SafeFileHandle directory, string path, SourceNode node, in CopiedStatus wanted, SafeFileHandle into, string name)
    {
        if (node.Digest is not { HasAttributes: false } digest
            || !files.Contains(path, node, digest)
            || !FileStatuses.TryGet(directory, name, out var status)
            || status.Kind != FileKind.Regular
            || status.Size != node.Status.Size
            || status.Permissions != wanted.Mode
            || status.Uid != wanted.Uid
            || status.Gid != wanted.Gid
            || status.Modified != wanted.Modified
            || !linked.TryAdd(status.Inode, true))
        {
            return false;
        }

        try
        {
            return Inodes.TryLink(directory, name, into, name);
        }
        catch (SyscallException exception) when (exception.Errno == Errno.ENOENT)
        {
            return false;
        }
    }
}

/// <summary>What a file of a layer is to look like.</summary>
internal readonly record struct CopiedStatus(int Mode, uint Uid, uint Gid, FileTime Modified);
