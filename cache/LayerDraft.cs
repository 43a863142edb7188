using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>A layer that is being written on top of others. Disposing it without <see cref="LayerStore.Commit"/> throws it away.</summary>
/// <remarks>
/// There are two ways in, not to be mixed at the same time: <see cref="OpenRoot"/>, the merged tree where the kernel does copy-up and
/// whiteouts, and <see cref="OpenUpper"/>, the bare directory, twice as fast for writers that only add (COPY) and look into
/// <see cref="OpenLower"/> themselves.
/// </remarks>
public sealed class LayerDraft : IDisposable
{
    private readonly LayerStore store;
    private readonly string directory;

    internal LayerDraft(LayerStore store, string directory, ImmutableArray<LayerId> parents)
    {
        this.store = store;
        this.directory = directory;
        Parents = parents;
        Inodes.TryMakeDirectory(directory, 0b111_000_000);
        Inodes.TryMakeDirectory(UpperPath, 0b111_101_101);
        CopyRootStatus();
    }

    /// <summary>The layers below, bottom first.</summary>
    public ImmutableArray<LayerId> Parents { get; }

    /// <summary>The absolute path of the upper directory.</summary>
    public string UpperPath => Path.Join(directory, "fs");

    /// <summary>
    /// The lock that keeps others from sweeping this draft away. A process that works in it and can outlive this one has to have it open.
    /// </summary>
    public SafeFileHandle Lock => store.SessionLock.Handle;

    internal string DirectoryPath => directory;

    internal bool WasMounted { get; private set; }

    internal bool IsFinished { get; set; }

    private string WorkPath => Path.Join(directory, "work");

    /// <summary>A detached, writable mount of the merged tree. Closing it unmounts; nothing is synced. One at a time.</summary>
    public SafeFileHandle OpenRoot()
    {
        if (Parents.IsEmpty)
        {
            // Not an overlay: over an empty lower directory the kernel would mark every new directory opaque, and a layer made
            // without parents (COPY --link) would then hide what it is put upon.
            return DetachedMounts.CloneTree(UpperPath, recursive: false);
        }

        // A volatile overlay leaves a mark in its work directory and the kernel refuses it a second time.
        RemoveWork();
        Inodes.TryMakeDirectory(WorkPath, 0b111_000_000);
        WasMounted = true;
        return DetachedMounts.Overlay(new(store.PathsTopFirst(Parents), UpperPath, WorkPath, store.UserXattr));
    }

    /// <summary>The bare upper directory.</summary>
    public SafeFileHandle OpenUpper() => Descriptors.Open(UpperPath, OpenFlags.ReadOnly | OpenFlags.Directory);

    /// <summary>The merged tree of the layers below, read-only; null when there are none.</summary>
    public SafeFileHandle? OpenLower() => Parents.IsEmpty ? null : store.OpenMerged(Parents);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsFinished)
        {
            IsFinished = true;
            TreeRemover.Remove(directory);
        }
    }

    internal void RemoveWork() => TreeRemover.Remove(WorkPath);

    // The root of an overlay shows the attributes of the uppermost directory: it must look like the one below.
    private void CopyRootStatus()
    {
        if (Parents.IsEmpty)
        {
            return;
        }

        using var upper = OpenUpper();
        using var below = Descriptors.Open(store.TreePath(Parents[^1]), OpenFlags.ReadOnly | OpenFlags.Directory);
        var status = FileStatuses.Get(below);
        if (status.Uid != 0 || status.Gid != 0)
        {
            Inodes.ChangeOwner(upper, status.Uid, status.Gid);
        }

        Inodes.ChangeMode(upper, status.Permissions);
        Inodes.SetTimes(upper, status.Modified);
    }
}
