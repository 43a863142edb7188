using System.Collections.Immutable;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Space;

/// <summary>All that is in a store, who holds it, and when it was used last. Reads every record and measures every tree: not for a build's way.</summary>
internal sealed class StoreInventory
{
    // Files are stamped with the kernel's coarse clock, which is behind the one that we read by as much as a tick of 100 Hz: something
    // that is marked as used now may look older than the instant before.
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(20);

    private readonly Store store;
    private readonly DateTimeOffset oldestUse;
    private readonly Dictionary<LayerId, LayerEntry> layers = [];
    private readonly Dictionary<Digest, string> heldBlobs = [];
    private readonly Dictionary<Digest, List<UsedFile>> blobUsers = [];
    private readonly List<UsedFile> recordsOfHeld = [];
    private readonly bool holdsNameless;
    private readonly List<UsageItem> items = [];
    private readonly Removal removal;
    private long explained;

    private StoreInventory(Store store, bool holdsNameless, bool willRemove)
    {
        (this.store, this.holdsNameless) = (store, holdsNameless);
        removal = new Removal(store.Session);

        // Before anything is read, and a tick after the time was: what those who come later mark as used looks younger than that.
        var now = store.Options.Clock.GetUtcNow();
        if (willRemove)
        {
            Thread.Sleep(ClockTick);
        }

        oldestUse = OldestUse(now, store.Leases.OldestUse());
    }

    /// <summary>Since when all that was used may be somebody's.</summary>
    /// <param name="now">The time before the leases were looked at.</param>
    /// <param name="oldestLease">Since when the oldest live process uses the store; null when there is none.</param>
    internal static DateTimeOffset OldestUse(DateTimeOffset now, DateTimeOffset? oldestLease) =>
        oldestLease is not { } lease ? now

        // Somebody began later than now: the clock was set back, and no time tells any more what he has used.
        : lease > now ? DateTimeOffset.MinValue
        : lease - ClockTick;

    /// <summary>What takes up space.</summary>
    public IReadOnlyList<UsageItem> Items => items;

    /// <summary>Records that lead nowhere: damaged, or their layers are gone.</summary>
    public List<UsedFile> DeadRecords { get; } = [];

    /// <summary>Records whose layers an image or container keeps anyway: to forget them frees nothing but the records.</summary>
    public IReadOnlyList<UsedFile> RecordsOfHeld => recordsOfHeld;

    /// <summary>Looks at everything.</summary>
    /// <param name="store">The store.</param>
    /// <param name="held">Layers that somebody besides images holds: containers.</param>
    /// <param name="holdsNameless">Whether images without a name hold their layers, too.</param>
    /// <param name="willRemove">Whether something may be removed then; only to tell what there is costs no pause.</param>
    public static StoreInventory Read(Store store, IEnumerable<LayerId> held, bool holdsNameless, bool willRemove)
    {
        var inventory = new StoreInventory(store, holdsNameless, willRemove);
        inventory.ReadLayers();
        inventory.ReadImages();
        foreach (var layer in held)
        {
            inventory.Hold(layer, "a container");
        }

        inventory.ReadRecords();
        inventory.AddLayers();
        inventory.AddBlobs();
        inventory.AddCacheMounts();
        inventory.AddContexts();
        inventory.AddGitMirrors();
        inventory.AddRest();
        return inventory;
    }

    /// <summary>Removes a file that was not used since it was looked at.</summary>
    public bool RemoveFile(UsedFile file) => TimeOf(file.LastUsed) < oldestUse && removal.Remove([file]);

    private void ReadLayers()
    {
        foreach (var id in store.Layers.List())
        {
            if (FileStatuses.TryGet(store.Paths.Layer(id), out var status))
            {
                layers[id] = new LayerEntry(id, status.Modified, LayerFacts.TryRead(store.Paths.LayerFacts(id))?.Source);
            }
        }
    }

    private void ReadRecords()
    {
        foreach (var found in store.Records.ReadFiles())
        {
            var file = new UsedFile(found.Path, found.Status.Modified);
            if (found.Record is not { } record || record.Layers.Any(layer => !layers.ContainsKey(layer)))
            {
                DeadRecords.Add(file);
                continue;
            }

            Use(record.Layers, file, record);
            if (record.Layers.IsEmpty || layers[record.Layers[^1]].Holder is not null)
            {
                recordsOfHeld.Add(file);
            }
        }
    }

    private void Use(ImmutableArray<LayerId> snapshot, UsedFile file, BuildRecord? record)
    {
        for (var i = 0; i < snapshot.Length; i++)
        {
            layers.GetValueOrDefault(snapshot[i])?.Add(file, snapshot, i, record);
        }
    }

    private void ReadImages()
    {
        foreach (var (name, image) in store.Images.List())
        {
            var path = store.Paths.Image(name?.ToString() ?? image.Id.ToString());
            if (name is null && !holdsNameless && FileStatuses.TryGet(path, out var status))
            {
                var file = new UsedFile(path, status.Modified);
                Use(image, file);
            }
            else
            {
                Hold(image, name?.FamiliarName ?? image.Id.Hex[..12]);
            }
        }
    }

    private void Use(StoredImage image, UsedFile file)
    {
        if (image.IndexDigest is { } index)
        {
            UsersOf(index).Add(file);
        }

        foreach (var each in image.Images)
        {
            Use(each.Layers, file, null);
            UsersOf(each.ManifestDigest).Add(file);
            UsersOf(each.ConfigDigest).Add(file);
        }
    }

    private void Hold(StoredImage image, string shown)
    {
        foreach (var each in image.Images)
        {
            heldBlobs[each.ManifestDigest] = $"manifest of {shown}";
            heldBlobs[each.ConfigDigest] = $"config of {shown}";
            foreach (var layer in each.Layers)
            {
                Hold(layer, shown);
            }
        }

        if (image.IndexDigest is { } index)
        {
            heldBlobs[index] = $"index of {shown}";
        }
    }

    private List<UsedFile> UsersOf(Digest blob) => blobUsers.TryGetValue(blob, out var known) ? known : blobUsers[blob] = [];

    private void Hold(LayerId layer, string holder)
    {
        if (layers.TryGetValue(layer, out var entry))
        {
            entry.Holder ??= holder;
        }
    }

    private void AddLayers()
    {
        foreach (var group in layers.Values.Where(layer => layer.Source is not null).GroupBy(layer => layer.Source!.Digest))
        {
            // One of them answers for the compressed blob that they all came from; it goes with the last one.
            group.MaxBy(layer => (layer.Holder is not null, TimeOf(layer.LastUsed)))!.OwnsSource = true;
            heldBlobs.TryAdd(group.Key, "");
        }

        foreach (var layer in layers.Values)
        {
            var size = DiskUsage.Measure(store.Paths.Layer(layer.Id));
            UsedFile? source = layer.OwnsSource && store.Paths.Blob(layer.Source!.Digest) is var blob && FileStatuses.TryGet(blob, out var status) ? new(blob, status.Modified) : null;
            var lastUsed = TimeOf(layer.LastUsed);
            Add(new UsageItem(layer.Id.Value, UsageKind.Layer, layer.Description, size + (source is { } file ? DiskUsage.Measure(file.Path) : 0))
            {
                Created = layer.Created ?? lastUsed,
                LastUsed = lastUsed,
                Parents = layer.Parent is { } parent ? [parent.Value] : [],
                IsShared = layer.Holder is not null,
                IsInUse = lastUsed >= oldestUse,
                Depth = layer.Depth,
                IsReferred = layer.Holder is not null || layer.Users.Count > 0,
                Remove = () => RemoveLayer(layer, source),
            });
        }
    }

    // Records first: from then on nobody finds the layer any more, and who has found it has left a trace in the record's time.
    private bool RemoveLayer(LayerEntry layer, UsedFile? source)
    {
        if (!removal.Remove(layer.Users.Append(new(store.Paths.Layer(layer.Id), layer.Modified))))
        {
            return false;
        }

        // A layer that was compressed here may have come back as this one: what says so goes first.
        if (source is { } blob)
        {
            removal.Remove(UsersOf(layer.Source!.Digest).Append(blob));
        }

        return true;
    }

    private void AddBlobs()
    {
        ReadEncodings();
        foreach (var path in Directory.EnumerateFiles(store.Paths.Blobs, "*", SearchOption.AllDirectories))
        {
            if (!FileStatuses.TryGet(path, out var status)
                || !Digest.TryParse($"{Path.GetFileName(Path.GetDirectoryName(path))}:{Path.GetFileName(path)}", out var digest)
                || (heldBlobs.TryGetValue(digest, out var holder) && holder.Length == 0))
            {
                continue;
            }

            var users = blobUsers.GetValueOrDefault(digest, []);
            var lastUsed = TimeOf(users.Select(user => user.LastUsed).Append(status.Modified).MaxBy(TimeOf));
            Add(new UsageItem(digest.ToString(), UsageKind.Blob, holder ?? (users.Count > 0 ? "a compressed layer, or part of an image without a name" : "nothing refers to it"), DiskUsage.PartOf(status))
            {
                Created = TimeOf(status.Modified),
                LastUsed = lastUsed,
                IsShared = holder is not null,
                IsInUse = lastUsed >= oldestUse,
                IsReferred = holder is not null || users.Count > 0,
                Remove = () => removal.Remove(users.Append(new UsedFile(path, status.Modified))),
            });
        }
    }

    private void ReadEncodings()
    {
        foreach (var path in Directory.EnumerateFiles(store.Paths.Encodings))
        {
            if (FileStatuses.TryGet(path, out var status) && JsonFiles.TryRead(path, element => LayerFacts.ReadDescriptor(element.GetProperty("blob"))) is { } blob)
            {
                UsersOf(blob.Digest).Add(new(path, status.Modified));
            }
        }
    }

    private void AddCacheMounts()
    {
        foreach (var mount in store.CacheMounts.List())
        {
            Add(new UsageItem(mount.ShownId, UsageKind.CacheMount, $"cache mount {mount.ShownId}", DiskUsage.Measure(mount.Path))
            {
                Created = mount.LastUsed,
                LastUsed = mount.LastUsed,
                IsInUse = store.CacheMounts.IsInUse(mount),
                Remove = () => store.CacheMounts.TryRemove(mount.Path),
            });
        }
    }

    // Whatever is remembered here only saves reading: it may go at any time.
    private void AddContexts()
    {
        string[] places = [store.Paths.Contexts, store.Paths.Contents, store.Paths.Manifests, store.Paths.Traces];
        foreach (var path in places.SelectMany(Directory.EnumerateFileSystemEntries))
        {
            if (FileStatuses.TryGet(path, out var status))
            {
                var place = Path.GetFileName(Path.GetDirectoryName(path)!);
                Add(new UsageItem($"{place}/{Path.GetFileName(path)}", UsageKind.Context, CachePaths.Meaning(place), DiskUsage.Measure(path))
                {
                    Created = TimeOf(status.Modified),
                    LastUsed = TimeOf(status.Modified),
                    Remove = () => removal.Remove([new(path, status.Modified)]),
                });
            }
        }
    }

    private void AddGitMirrors()
    {
        foreach (var path in store.Git.List())
        {
            if (FileStatuses.TryGet(path, out var status))
            {
                Add(new UsageItem($"git/{Path.GetFileName(path)}", UsageKind.GitMirror, $"copy of {GitMirrors.RemoteOf(path) ?? "a git repository"}", DiskUsage.Measure(path))
                {
                    Created = TimeOf(status.Modified),
                    LastUsed = TimeOf(status.Modified),
                    IsInUse = store.Git.IsInUse(path),
                    Remove = () => store.Git.TryRemove(path),
                });
            }
        }

        var hosts = Path.Join(store.Paths.Git, GitMirrors.KnownHostsName);
        if (FileStatuses.TryGet(hosts, out _))
        {
            Add(new UsageItem($"git/{GitMirrors.KnownHostsName}", UsageKind.Internal, CachePaths.Meaning("git"), DiskUsage.Measure(hosts)));
        }
    }

    // What is left of each directory when the items in it are taken off.
    private void AddRest()
    {
        var total = DiskUsage.Measure(store.Root);
        var rest = total - explained;
        foreach (var path in Directory.EnumerateFileSystemEntries(store.Root).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (store.Paths.IsListed(path))
            {
                continue;
            }

            var size = DiskUsage.Measure(path);
            rest -= size;
            Add(new UsageItem(name, UsageKind.Internal, CachePaths.Meaning(name), size));
        }

        Add(new UsageItem("directories", UsageKind.Internal, "the directories of what is listed above", Math.Max(0, rest)));
    }

    private void Add(UsageItem item)
    {
        explained += item.Size;
        items.Add(item);
    }

    internal static DateTimeOffset TimeOf(FileTime time) => DateTimeOffset.FromUnixTimeSeconds(time.Seconds).AddTicks(time.Nanoseconds / 100);
}
