using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Cache.Content;
using SharpBuild.Cache.Copying;

namespace SharpBuild.Engine;

/// <summary>The volumes of a store: directories that outlive the containers that use them.</summary>
public sealed class VolumeStore
{
    private readonly Store store;
    private readonly EnginePaths paths;

    internal VolumeStore(Store store)
    {
        this.store = store;
        paths = new EnginePaths(store.Root);
    }

    /// <summary>The names of all volumes.</summary>
    public IEnumerable<string> List() => Directory.Exists(paths.Volumes) ? Directory.EnumerateDirectories(paths.Volumes).Select(path => Path.GetFileName(path)) : [];

    /// <summary>The directory of a volume; made when it is missing.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="image">The image of the container that will see it.</param>
    /// <param name="target">The place where it will be seen; an empty volume gets what the image has there. Null for none of that.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <exception cref="EngineException">The name is none.</exception>
    internal async Task<string> PrepareAsync(string name, ImmutableArray<LayerId> image, string? target, CancellationToken cancellationToken)
    {
        if (!ContainerNames.IsValid(name))
        {
            throw new EngineException(EngineException.BadMount, $"'{name}' is not a name for a volume")
            {
                Hint = "use letters, digits, '_', '.' and '-', or an absolute path for a directory of the host",
            };
        }

        // Two containers that start at once must not both fill it.
        using var filling = await store.Locks.AcquireAsync($"volume {name}", cancellationToken);
        var data = paths.VolumeData(name);
        if (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any())
        {
            return data;
        }

        Directory.CreateDirectory(paths.Volume(name), EnginePaths.OwnerOnly);
        if (target is null || !Fill(data, image, target, cancellationToken))
        {
            Directory.CreateDirectory(data);
        }

        return data;
    }

    /// <summary>Removes a volume and all it holds; nothing happens when there is none.</summary>
    internal void Remove(string name)
    {
        if (!Directory.Exists(paths.Volume(name)))
        {
            return;
        }

        // Moved away first: a crash in between leaves no half of a volume, and what is moved is swept by the store.
        using var bin = store.CreateTemporaryDirectory();
        Directory.Move(paths.Volume(name), Path.Join(bin.Path, name));
    }

    /// <summary>Copies what the image has at <paramref name="target"/>; false when that is no directory.</summary>
    private bool Fill(string data, ImmutableArray<LayerId> image, string target, CancellationToken cancellationToken)
    {
        using var source = new SnapshotSource(store.Layers, store.Contexts, image);
        using var draft = store.Layers.Create([]);

        // The container sees the volume where the links of the image lead. Links without end lead nowhere, and mounting will say so.
        if (source.TryResolve(target) is not { Length: > 0 } place)
        {
            return false;
        }

        var name = place[(place.LastIndexOf('/') + 1)..];

        // The form `--parents above/./name` takes the directory itself along, with its owner and mode.
        var selection = new CopySelection { Sources = [$"/{place[..^name.Length]}./{name}"], Parents = true };
        try
        {
            TreeCopier.Copy(source, selection, draft, new CopyOptions { Destination = "/" }, cancellationToken);
        }
        catch (CopyException)
        {
            // The image has nothing there: the volume starts empty.
            return false;
        }

        var copied = Path.Join(draft.UpperPath, name);
        if (!Directory.Exists(copied))
        {
            return false;
        }

        if (Directory.Exists(data))
        {
            Directory.Delete(data);
        }

        Directory.Move(copied, data);
        return true;
    }
}
