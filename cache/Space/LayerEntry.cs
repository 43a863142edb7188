using System.Collections.Immutable;
using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Space;

/// <summary>A layer and who leads to it.</summary>
internal sealed class LayerEntry
{
    private BuildRecord? describing;

    public LayerEntry(LayerId id, FileTime modified, Descriptor? source)
    {
        Id = id;
        Source = source;
        Modified = LastUsed = modified;
    }

    public LayerId Id { get; }

    /// <summary>The time of its directory, when it was looked at.</summary>
    public FileTime Modified { get; }

    /// <summary>The compressed blob that it came from.</summary>
    public Descriptor? Source { get; }

    /// <summary>Whether the blob is counted with this layer, and goes with it.</summary>
    public bool OwnsSource { get; set; }

    /// <summary>An image or container that needs it.</summary>
    public string? Holder { get; set; }

    /// <summary>The files of all that lead to it without holding it: records whose snapshot has it, images without a name.</summary>
    public List<UsedFile> Users { get; } = [];

    /// <summary>The last use of any of them: what is below is used whenever what is above is.</summary>
    public FileTime LastUsed { get; private set; }

    /// <summary>How many layers are below it.</summary>
    public int Depth { get; private set; }

    public LayerId? Parent { get; private set; }

    public DateTimeOffset? Created => describing?.Created;

    /// <summary>The step that made it, or the image that it came with.</summary>
    public string Description =>
        describing?.Description
        ?? (Holder is not null ? $"layer of {Holder}"
        : Source is not null ? "layer of an image that is gone"
        : Users.Count > 0 ? "layer of an image without a name" : "nothing refers to it");

    /// <summary>Adds a file that leads to a snapshot with this layer.</summary>
    /// <param name="file">The file.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="index">The place of this layer in it.</param>
    /// <param name="record">What the file says, when it is a build record.</param>
    public void Add(UsedFile file, ImmutableArray<LayerId> snapshot, int index, BuildRecord? record)
    {
        Users.Add(file);
        Depth = Math.Max(Depth, index);
        Parent = index > 0 ? snapshot[index - 1] : Parent;
        if (StoreInventory.TimeOf(file.LastUsed) > StoreInventory.TimeOf(LastUsed))
        {
            LastUsed = file.LastUsed;
        }

        // The layer is what the record on top of it says; a record by definition has no parts and the same text.
        if (record is not null && index == snapshot.Length - 1 && (describing is null || !record.Parts.IsEmpty))
        {
            describing = record;
        }
    }
}
