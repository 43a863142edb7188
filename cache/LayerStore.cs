using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>
/// The layers of a store: each is the upper directory of one step, exactly as overlayfs left it. A finished layer never changes; a
/// snapshot is a list of layers, bottom first. Thread-safe.
/// </summary>
public sealed partial class LayerStore
{
    private readonly CachePaths paths;
    private readonly StoreSession session;
    private readonly StoreLocks locks;
    private readonly FlushMarks marks;
    private readonly ContentStore blobs;
    private readonly ConcurrentDictionary<LayerId, Lazy<Task<LayerBlob>>> measurements = new();

    internal StoreLock SessionLock => session.Ownership ?? throw new InvalidOperationException("nothing is being written yet");

    internal LayerStore(CachePaths paths, StoreSession session, StoreLocks locks, FlushMarks marks, ContentStore blobs, bool userXattr)
    {
        (this.paths, this.session, this.locks, this.marks, this.blobs) = (paths, session, locks, marks, blobs);
        UserXattr = userXattr;
    }

    internal bool UserXattr { get; }

    /// <summary>Whether layers were finished in this process that no flush has covered yet.</summary>
    internal bool HasUnflushed { get; set; }

    /// <summary>Starts a layer on top of <paramref name="parents"/>.</summary>
    public LayerDraft Create(ImmutableArray<LayerId> parents)
    {
        if (parents.Length >= MostLayers)
        {
            throw new CacheException($"an image of {parents.Length} layers cannot be built upon: overlayfs takes {MostLayers} in all", paths.Root)
            {
                Code = CacheErrorCodes.TooManyLayers,
                Hint = "do more in one instruction, or copy the result of a stage into a new one with COPY --from",
            };
        }

        foreach (var parent in parents)
        {
            ThrowIfMissing(parent);
        }

        try
        {
            return new(this, session.NewPath(), parents);
        }
        catch (SyscallException exception)
        {
            throw AtomicFile.NotWritten(paths.Layers, exception);
        }
    }

    /// <summary>Finishes a layer. Its root must be closed, its processes gone. Atomic; costs no fsync.</summary>
    public Layer Commit(LayerDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ObjectDisposedException.ThrowIf(draft.IsFinished, draft);
        try
        {
            RemoveNeedlessMarks(draft);
            draft.RemoveWork();
            return Publish(draft, LayerId.CreateRandom(), new LayerFacts(marks.Now()));
        }
        catch (SyscallException exception)
        {
            throw AtomicFile.NotWritten(paths.Layers, exception);
        }
    }

    /// <summary>Whether a layer is there.</summary>
    public bool Contains(LayerId id) => FileStatuses.TryGet(paths.LayerTree(id), out _);

    /// <summary>Whether all layers of a snapshot are there.</summary>
    public bool ContainsAll(ImmutableArray<LayerId> layers)
    {
        foreach (var layer in layers)
        {
            if (!Contains(layer))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a layer is there and was not cut short by a power loss.</summary>
    public bool IsIntact(LayerId id) =>
        LayerFacts.TryRead(paths.LayerFacts(id)) is { } facts && marks.Covers(facts.Stamp) && Contains(id);

    /// <summary>As <see cref="IsIntact"/>, for somebody who is going to rely on it: marks it as used first, so that no collector takes it.</summary>
    internal bool Claim(LayerId id) => AtomicFile.TryTouch(paths.Layer(id)) && IsIntact(id);

    /// <summary>Whether all layers of a snapshot are there and none was cut short by a power loss. Reads a small file each.</summary>
    internal bool AreIntact(ImmutableArray<LayerId> layers)
    {
        foreach (var layer in layers)
        {
            if (!IsIntact(layer))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A layer.</summary>
    /// <exception cref="CacheException">It is not there.</exception>
    public Layer Get(LayerId id)
    {
        ThrowIfMissing(id);
        return new(id, LayerFacts.TryRead(paths.LayerFacts(id))?.Tar?.DiffId);
    }

    /// <summary>The digest of a layer's tar, if it was measured; reads a small file.</summary>
    public Digest? TryGetDiffId(LayerId id) => LayerFacts.TryRead(paths.LayerFacts(id))?.Tar?.DiffId;

    /// <summary>The names of all layers, in no order.</summary>
    public IEnumerable<LayerId> List()
    {
        foreach (var path in Directory.EnumerateDirectories(paths.Layers))
        {
            if (LayerId.TryParse(Path.GetFileName(path), out var id))
            {
                yield return id;
            }
        }
    }

    /// <summary>A detached, read-only mount of the merged tree of <paramref name="layers"/>. Closing it unmounts.</summary>
    public SafeFileHandle OpenMerged(ImmutableArray<LayerId> layers)
    {
        if (layers.IsEmpty)
        {
            return DetachedMounts.CloneTree(paths.Empty, recursive: false);
        }

        // Without an upper directory overlayfs wants two lower ones at least.
        var lowers = PathsTopFirst(layers);
        return DetachedMounts.Overlay(new(lowers.Length > 1 ? lowers : lowers.Add(paths.Empty), null, null, UserXattr));
    }

    /// <summary>A layer's own directory; whiteouts and overlay marks show. Nobody may write to it.</summary>
    public SafeFileHandle OpenTree(LayerId id)
    {
        ThrowIfMissing(id);
        return Descriptors.Open(paths.LayerTree(id), OpenFlags.ReadOnly | OpenFlags.Directory);
    }

    /// <summary>Removes a layer and its files; false when it was not there. The caller knows that nobody uses it.</summary>
    public bool Remove(LayerId id)
    {
        if (!FileStatuses.TryGet(paths.Layer(id), out _))
        {
            return false;
        }

        // The rename makes it vanish at once; the files may take a while.
        var doomed = session.NewPath();
        Inodes.Rename(paths.Layer(id), doomed);
        TreeRemover.Remove(doomed);
        return true;
    }

    /// <summary>Says that a layer has just lost an image that held it: from now on it is as old as its last use.</summary>
    internal void Touch(LayerId id) => AtomicFile.TryTouch(paths.Layer(id));

    internal string TreePath(LayerId id) => paths.LayerTree(id);

    internal ImmutableArray<string> PathsTopFirst(ImmutableArray<LayerId> layers)
    {
        var result = ImmutableArray.CreateBuilder<string>(layers.Length);
        for (var i = layers.Length - 1; i >= 0; i--)
        {
            result.Add(paths.LayerTree(layers[i]));
        }

        return result.MoveToImmutable();
    }

    private Layer Publish(LayerDraft draft, LayerId id, LayerFacts facts)
    {
        using (var file = Descriptors.Open(Path.Join(draft.DirectoryPath, "layer.json"), OpenFlags.WriteOnly | OpenFlags.Create, 0b110_100_100))
        {
            FileTransfers.Write(file, facts.ToJson());
        }

        AtomicFile.Publish(draft.DirectoryPath, paths.Layer(id), durable: false);
        draft.IsFinished = true;
        HasUnflushed = true;
        return new(id, facts.Tar?.DiffId);
    }

    private void RemoveNeedlessMarks(LayerDraft draft)
    {
        if (!draft.WasMounted)
        {
            return;
        }

        using var upper = draft.OpenUpper();
        using var lower = OpenMerged(draft.Parents);
        OpaqueMarks.RemoveNeedless(upper, lower, UserXattr);
    }

    private void ThrowIfMissing(LayerId id)
    {
        if (!Contains(id))
        {
            throw new CacheException($"the store has no layer {id}", paths.Layer(id))
            {
                Code = CacheErrorCodes.Missing,
                Hint = "build again without --no-cache: what depends on it is made anew",
            };
        }
    }
}
