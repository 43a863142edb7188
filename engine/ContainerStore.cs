using System.Text.Json;
using SharpBuild.Cache;

namespace SharpBuild.Engine;

/// <summary>
/// The containers of a store: a directory with a state file each. Names are unique between all processes that use the store. Whoever
/// runs a container holds its lock, so a container that says it runs and whose lock is free has lost its watcher.
/// </summary>
public sealed class ContainerStore
{
    private const string NamesLock = "container names";
    private readonly Store store;
    private readonly EnginePaths paths;

    /// <summary>The containers of <paramref name="store"/>.</summary>
    public ContainerStore(Store store)
    {
        ArgumentNullException.ThrowIfNull(store);
        this.store = store;
        paths = new EnginePaths(store.Root);
        Volumes = new VolumeStore(store);
    }

    /// <summary>The volumes of the same store.</summary>
    public VolumeStore Volumes { get; }

    /// <summary>All containers, the newest first.</summary>
    public IReadOnlyList<Container> List()
    {
        var found = new List<Container>();
        foreach (var container in ReadAll())
        {
            found.Add(container.Status == ContainerStatus.Running && !IsWatched(container.Id) ? container with { Status = ContainerStatus.Dead } : container);
        }

        found.Sort((left, right) => right.Created.CompareTo(left.Created));
        return found;
    }

    /// <summary>The layers that containers stand on, and those that they left: no collector may take them.</summary>
    public IEnumerable<LayerId> HeldLayers()
    {
        foreach (var container in ReadAll())
        {
            foreach (var layer in container.ImageLayers)
            {
                yield return layer;
            }

            if (container.Layer is { } own)
            {
                yield return own;
            }
        }
    }

    /// <summary>The container of a name, an id, or the start of an id.</summary>
    /// <exception cref="EngineException">There is none, or there are several.</exception>
    public Container Get(string nameOrIdPrefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrIdPrefix);
        var all = List();
        var exact = all.FirstOrDefault(container => container.Name == nameOrIdPrefix || container.Id == nameOrIdPrefix);
        if (exact is not null)
        {
            return exact;
        }

        var fitting = all.Where(container => container.Id.StartsWith(nameOrIdPrefix, StringComparison.Ordinal)).Take(2).ToArray();
        return fitting switch
        {
            [var one] => one,
            [] => throw new EngineException(EngineException.NoSuchContainer, $"there is no container '{nameOrIdPrefix}'") { Hint = "list them with 'sharpbuild ps -a'" },
            _ => throw new EngineException(EngineException.NoSuchContainer, $"'{nameOrIdPrefix}' is the start of more than one container id") { Hint = "write more of the ID" },
        };
    }

    /// <summary>Removes a container that does not run, with what it wrote and its anonymous volumes (if <paramref name="withVolumes"/>).</summary>
    /// <exception cref="EngineException">It runs.</exception>
    public void Remove(Container container, bool withVolumes)
    {
        ArgumentNullException.ThrowIfNull(container);
        using var held = store.Locks.TryAcquire(LockName(container.Id))
            ?? throw new EngineException(EngineException.StillRunning, $"container '{container.Name}' is running") { Hint = "stop it first, or use 'sharpbuild rm -f'" };
        Erase(Read(container.Id) ?? container, withVolumes);
    }

    /// <summary>Removes a container even when it runs: its processes are killed.</summary>
    public async Task RemoveByForceAsync(Container container, bool withVolumes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(container);
        if (IsWatched(container.Id) && Read(container.Id)?.ProcessId is { } pid)
        {
            Kill(pid);
            await WaitForEndAsync(container.Id, cancellationToken);
        }

        // It may have been one that removes itself.
        if (Read(container.Id) is { } left)
        {
            Remove(left, withVolumes);
        }
    }

    /// <summary>Takes the lock that says that this process watches over a container.</summary>
    internal StoreLock Watch(string id) =>
        store.Locks.TryAcquire(LockName(id)) ?? throw new EngineException(EngineException.StillRunning, $"container '{id[..12]}' is running already");

    /// <summary>Waits until nobody watches over a container any more.</summary>
    private async Task WaitForEndAsync(string id, CancellationToken cancellationToken) =>
        (await store.Locks.AcquireAsync(LockName(id), cancellationToken)).Dispose();

    /// <summary>Adds a container whose name nobody has.</summary>
    /// <exception cref="EngineException">The name is taken.</exception>
    internal async Task AddAsync(Container container, CancellationToken cancellationToken)
    {
        using var names = await store.Locks.AcquireAsync(NamesLock, cancellationToken);
        foreach (var other in ReadAll())
        {
            if (other.Name == container.Name)
            {
                throw new EngineException(EngineException.BadName, $"the name '{container.Name}' is taken by container {other.ShortId}")
                {
                    Hint = $"remove that one with 'sharpbuild rm {container.Name}', or choose another name",
                };
            }
        }

        Directory.CreateDirectory(paths.Container(container.Id), EnginePaths.OwnerOnly);
        Write(container);
    }

    /// <summary>Writes the state, atomically.</summary>
    internal void Write(Container container)
    {
        var path = paths.State(container.Id);
        var fresh = path + ".new";
        File.WriteAllBytes(fresh, ContainerJson.Write(container).Span);
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>Removes all traces of a container whose lock the caller holds.</summary>
    internal void Erase(Container container, bool withVolumes)
    {
        if (container.Layer is { } layer)
        {
            store.Layers.Remove(layer);
        }

        if (withVolumes)
        {
            foreach (var volume in container.AnonymousVolumes)
            {
                Volumes.Remove(volume);
            }
        }

        var directory = paths.Container(container.Id);
        File.Delete(paths.State(container.Id) + ".new");
        File.Delete(paths.State(container.Id));
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory);
        }
    }

    private static void Kill(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static string LockName(string id) => $"container {id}";

    private bool IsWatched(string id)
    {
        using var free = store.Locks.TryAcquire(LockName(id));
        return free is null;
    }

    private IEnumerable<Container> ReadAll()
    {
        if (!Directory.Exists(paths.Containers))
        {
            yield break;
        }

        foreach (var directory in Directory.EnumerateDirectories(paths.Containers))
        {
            if (Read(Path.GetFileName(directory)) is { } container)
            {
                yield return container;
            }
        }
    }

    // Null for a container that was removed in between, or whose state a power loss left empty.
    private Container? Read(string id)
    {
        try
        {
            return ContainerJson.Read(File.ReadAllBytes(paths.State(id)));
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException or JsonException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }
}
