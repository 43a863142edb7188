using Microsoft.Win32.SafeHandles;
using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>A build context on disk, seen through its ignore file. All files count as owned by 0:0. A stat index makes unchanged files free of reads.</summary>
public sealed class ContextSource : IFileTree
{
    // A guess, not measured: above it a walk could hold up the display.
    private const int FewFiles = 1000;
    private readonly ContextStore store;
    private readonly string directory;
    private readonly Func<string, bool, PathVerdict> filter;
    private readonly StatIndex index;

    private ContextSource(ContextStore store, string directory, Func<string, bool, PathVerdict> filter, SafeFileHandle root)
    {
        (this.store, this.directory, this.filter, Root) = (store, directory, filter, root);
        index = StatIndex.Parse(store.ReadIndex(directory), StatIndex.TrustedBefore(FileSystems.GetStatus(root).Kind, store.Clock.GetUtcNow()));
    }

    /// <inheritdoc/>
    public SafeFileHandle Root { get; }

    bool IFileTree.IsOwnedByRoot => true;

    bool IFileTree.MayChange => true;

    bool IFileTree.IsQuicklyDigested => index.Count is > 0 and <= FewFiles;

    /// <summary>Opens a context. Reads its stat index, no file.</summary>
    /// <param name="store">Where the index is kept.</param>
    /// <param name="directory">The absolute path of the context.</param>
    /// <param name="filter">What the ignore file says of a path relative to the context; given the path and whether it is a directory.</param>
    public static ContextSource Open(ContextStore store, string directory, Func<string, bool, PathVerdict> filter)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(filter);
        return new(store, directory, filter, Descriptors.Open(directory, OpenFlags.ReadOnly | OpenFlags.Directory));
    }

    /// <summary>Keeps what was learnt for the next build. Writes nothing when nothing was, or when the disk is full: it would only save reading.</summary>
    public void Save()
    {
        if (index.TrySerialize() is not { } content)
        {
            return;
        }

        try
        {
            store.WriteIndex(directory, content);
        }
        catch (CacheException exception) when (exception.Code == CacheErrorCodes.NotWritable)
        {
            // Whoever writes what counts will say so.
        }
    }

    /// <summary>Saves and closes.</summary>
    public void Dispose()
    {
        Save();
        Root.Dispose();
    }

    PathVerdict IFileTree.Judge(string path, bool isDirectory) => filter(path, isDirectory);

    bool IFileTree.TryGetDigest(in FileStatus status, out FileDigest digest) => index.TryGet(status, out digest);

    void IFileTree.Remember(in FileStatus status, in FileDigest digest) => index.Add(status, digest);

    Digest? IFileTree.TryGetSelection(CopySelection selection) => null;

    void IFileTree.RememberSelection(CopySelection selection, Digest content)
    {
        // A context may change at any time; only its files' digests are kept.
    }
}
