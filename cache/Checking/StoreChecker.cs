using SharpBuild.Cache.Content;
using SharpBuild.Cache.Space;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;
using SharpBuild.Image.Layers;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Checking;

/// <summary>
/// Looks whether everything in a store is what it should be: each blob's digest, what each record and name leads to, and what dead
/// processes left. May run while others work; what they may be using is not judged.
/// </summary>
/// <param name="store">The store, opened without a lease of its own.</param>
/// <param name="held">The layers that somebody besides images needs.</param>
public sealed class StoreChecker(Store store, Func<IEnumerable<LayerId>> held)
{
    private const string LockName = "garbage collector";
    private static readonly TimeSpan LongestGiving = TimeSpan.FromMinutes(1);
    private readonly List<StoreFinding> findings = [];
    private readonly Removal removal = new(store.Session);
    private bool repairs;

    private CachePaths Paths => store.Paths;

    /// <summary>Looks at everything.</summary>
    /// <param name="full">Whether layers that were measured are read again and compared with their digest.</param>
    /// <param name="repair">Whether what is wrong is removed; what needs it is made anew by the next build or pull.</param>
    /// <param name="cancellationToken">Stops between two things.</param>
    public async Task<IReadOnlyList<StoreFinding>> CheckAsync(bool full, bool repair, CancellationToken cancellationToken)
    {
        repairs = repair;
        using var alone = await TryLockAsync(cancellationToken);
        await Task.Run(() => Check(full, cancellationToken), cancellationToken);
        return findings;
    }

    // Where nothing can be written, nobody collects either.
    private async Task<StoreLock?> TryLockAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.Locks.AcquireAsync(LockName, cancellationToken);
        }
        catch (CacheException exception) when (!repairs && exception.Code == CacheErrorCodes.NotWritable)
        {
            return null;
        }
    }

    private void Check(bool full, CancellationToken cancellationToken)
    {
        CheckBlobs(cancellationToken);
        CheckLayers(full, cancellationToken);
        CheckImages();
        CheckRecords();
        CheckRemembered();
        CheckProcesses();
        CheckMounts();

        // Last, when what is damaged is out of the way.
        CheckReferences();
    }

    private void CheckBlobs(CancellationToken cancellationToken)
    {
        foreach (var path in Directory.EnumerateFiles(Paths.Blobs, "*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!FileStatuses.TryGet(path, out var status))
            {
                continue;
            }

            if (!Digest.TryParse($"{Path.GetFileName(Path.GetDirectoryName(path))}:{Path.GetFileName(path)}", out var digest))
            {
                Report(StoreFindingKind.Leftover, path, status, "its name is not a digest");
            }
            else if (!store.Blobs.IsIntact(digest))
            {
                Report(StoreFindingKind.Damage, path, status, "its content has another digest");
            }
        }
    }

    private void CheckLayers(bool full, CancellationToken cancellationToken)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(Paths.Layers))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!FileStatuses.TryGet(path, out var status))
            {
                continue;
            }

            if (!LayerId.TryParse(Path.GetFileName(path), out var id))
            {
                Report(StoreFindingKind.Leftover, path, status, "its name is not one of a layer");
            }
            else if (!store.Layers.IsIntact(id))
            {
                // Nobody trusts it: a record or name that leads to it does not count.
                Report(StoreFindingKind.Leftover, path, status, "it may not have reached the disk before a power loss");
            }
            else if (full && IsChanged(id, cancellationToken))
            {
                Report(StoreFindingKind.Damage, path, status, "its files are not those that it was finished with");
            }
        }
    }

    // Not for a layer that was imported: its digest is of a tar that somebody else wrote.
    private bool IsChanged(LayerId id, CancellationToken cancellationToken)
    {
        if (LayerFacts.TryRead(Paths.LayerFacts(id)) is not { Tar: { } tar, Source: null })
        {
            return false;
        }

        using var directory = store.Layers.OpenTree(id);
        return LayerWriter.Measure(directory, store.Layers.TarOptions, cancellationToken).DiffId != tar.DiffId;
    }

    private void CheckImages()
    {
        foreach (var path in Directory.EnumerateFiles(Paths.Images))
        {
            if (!FileStatuses.TryGet(path, out var status))
            {
                continue;
            }

            if (store.Images.TryRead(path) is not { } entry || path != Paths.Image(entry.Name?.ToString() ?? entry.Image.Id.ToString()))
            {
                Report(StoreFindingKind.Leftover, path, status, "it is not a name of an image, or that image did not reach the disk before a power loss");
            }
            else if (!store.Blobs.Contains(entry.Image.Digest) || !entry.Image.Images.All(image => store.Blobs.Contains(image.ManifestDigest) && store.Blobs.Contains(image.ConfigDigest)))
            {
                Report(StoreFindingKind.Damage, path, status, $"the index, manifest or config of {entry.Name?.FamiliarName ?? "an image"} is gone");
            }
            else if (!entry.Image.Images.All(image => store.Layers.ContainsAll(image.Layers)))
            {
                Report(StoreFindingKind.Damage, path, status, $"a layer of {entry.Name?.FamiliarName ?? "an image"} is gone");
            }
        }
    }

    private void CheckRecords()
    {
        foreach (var file in store.Records.ReadFiles())
        {
            if (file.Record is not { } record)
            {
                Report(StoreFindingKind.Leftover, file.Path, file.Status, "it is not a record, or did not reach the disk before a power loss");
            }
            else if (!store.Layers.ContainsAll(record.Layers))
            {
                Report(StoreFindingKind.Leftover, file.Path, file.Status, $"a layer of '{record.Description}' is gone");
            }
        }
    }

    private void CheckRemembered()
    {
        CheckFiles(Paths.Encodings, NamesBlob, "the compressed layer that it names is gone");
        CheckFiles(Paths.Contexts, path => StatIndex.IsValidFile(AtomicFile.TryRead(path)), "it is not an index of a context");
        CheckFiles(Paths.Contents, path => AtomicFile.TryRead(path) is { Length: 32 }, "it is not a digest of copied files");
    }

    private bool NamesBlob(string path) =>
        JsonFiles.TryRead(path, element => LayerFacts.ReadDescriptor(element.GetProperty("blob"))) is { } blob && store.Blobs.Size(blob.Digest) == blob.Size;

    private void CheckFiles(string directory, Func<string, bool> isGood, string problem)
    {
        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            if (FileStatuses.TryGet(path, out var status) && !isGood(path))
            {
                Report(StoreFindingKind.Leftover, path, status, problem);
            }
        }
    }

    private void CheckProcesses()
    {
        foreach (var path in repairs ? store.Session.Abandoned() : store.Session.LooksAbandoned())
        {
            // Its lock is ours while we are here.
            if (repairs)
            {
                TreeRemover.Remove(path);
            }

            findings.Add(new(StoreFindingKind.Leftover, path, "the process that was making it is dead", repairs));
        }

        foreach (var path in Directory.EnumerateFiles(Paths.Locks).Where(path => IsSettled(path) && !StoreLocks.IsFileHeld(path)))
        {
            // To let go of it removes it.
            using var free = repairs ? StoreLocks.TryLockExisting(path) : null;
            findings.Add(new(StoreFindingKind.Leftover, path, "the process that held it is dead", IsRepaired: free is not null));
        }
    }

    // The file of a lock is made an instant before it is locked, and on a busy machine that may be a long one.
    private bool IsSettled(string path) =>
        FileStatuses.TryGet(path, out var status) && StoreInventory.TimeOf(status.Modified) < store.Options.Clock.GetUtcNow() - LongestGiving;

    // Our mounts are detached and end with their process: nothing is ever mounted inside the store.
    private void CheckMounts()
    {
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            var fields = line.Split(' ');
            if (fields.Length > 4 && fields[4].StartsWith(Paths.Root + "/", StringComparison.Ordinal))
            {
                findings.Add(new(StoreFindingKind.Damage, fields[4], "something is mounted on it", IsRepaired: false));
            }
        }
    }

    private void CheckReferences()
    {
        foreach (var item in StoreInventory.Read(store, held(), holdsNameless: true, willRemove: repairs).Items)
        {
            if (item is { Kind: UsageKind.Layer or UsageKind.Blob, IsReclaimable: true, IsReferred: false })
            {
                findings.Add(new(StoreFindingKind.Leftover, $"{item.Kind.Name()} {item.Id}", "nothing refers to it", repairs && item.Remove()));
            }
        }
    }

    // Of what was looked at, and nothing that somebody has put into its place meanwhile: then nothing is wrong any more.
    private void Report(StoreFindingKind kind, string path, in FileStatus status, string problem)
    {
        var isRemoved = repairs && removal.Remove([new(path, status.Modified)]);
        if (isRemoved || (FileStatuses.TryGet(path, out var now) && now.Inode == status.Inode))
        {
            findings.Add(new(kind, path, problem, isRemoved));
        }
    }
}
