using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>The merged tree of some layers: a stage or an image that is copied from. Nothing is mounted before a file is needed.</summary>
public sealed class SnapshotSource : IFileTree
{
    private readonly ContextStore memory;
    private readonly ImmutableArray<LayerId> layers;
    private readonly Lazy<SafeFileHandle> root;

    /// <summary>Describes the source.</summary>
    /// <param name="store">The layers.</param>
    /// <param name="memory">Where digests of selections are remembered: layers never change.</param>
    /// <param name="layers">The snapshot, bottom first.</param>
    public SnapshotSource(LayerStore store, ContextStore memory, ImmutableArray<LayerId> layers)
    {
        this.memory = memory;
        this.layers = layers;
        root = new(() => store.OpenMerged(layers));
    }

    /// <inheritdoc/>
    public SafeFileHandle Root => root.Value;

    bool IFileTree.IsOwnedByRoot => false;

    bool IFileTree.MayChange => false;

    bool IFileTree.IsQuicklyDigested => false;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (root.IsValueCreated)
        {
            root.Value.Dispose();
        }
    }

    /// <summary>Where a path leads, with all links followed inside the tree: relative, without links; what is missing is taken as written. Null when the links never end.</summary>
    public string? TryResolve(string path)
    {
        try
        {
            return ScopedPath.Resolve(new SourceLookup(Root), path);
        }
        catch (SyscallException endless) when (endless.Errno == Errno.ELOOP)
        {
            return null;
        }
    }

    /// <summary>Opens a file for reading, with all links followed inside the tree; null when there is no regular file of that name.</summary>
    public FileStream? TryOpenFile(string path)
    {
        var place = ScopedPath.Resolve(new SourceLookup(Root), path);
        if (place.Length == 0 || !FileStatuses.TryGet(Root, place, out var status) || status.Kind != FileKind.Regular)
        {
            return null;
        }

        using var directory = SourceLookup.OpenDirectory(Root, ScopedPath.Parent(place));
        return new FileStream(FileReader.Open(directory, ScopedPath.Name(place)), FileAccess.Read, bufferSize: 0);
    }

    PathVerdict IFileTree.Judge(string path, bool isDirectory) => PathVerdict.Include;

    bool IFileTree.TryGetDigest(in FileStatus status, out FileDigest digest)
    {
        digest = default;
        return false;
    }

    void IFileTree.Remember(in FileStatus status, in FileDigest digest)
    {
        // Whole selections are remembered instead: a cached COPY --from looks at no file at all.
    }

    Digest? IFileTree.TryGetSelection(CopySelection selection) => memory.TryGetContent(KeyOf(selection));

    void IFileTree.RememberSelection(CopySelection selection, Digest content) => memory.PutContent(KeyOf(selection), content);

    private Digest KeyOf(CopySelection selection)
    {
        using var key = new CacheKeyBuilder("selection/1");
        key.Add("layers", layers.Length);
        foreach (var layer in layers)
        {
            key.Add("layer", layer.Value);
        }

        selection.AddTo(key);
        return key.ToDigest();
    }
}
