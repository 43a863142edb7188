using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Tar;

namespace SharpBuild.Image.Layouts;

/// <summary>The files of a tar, found by one pass over its headers. Nothing is unpacked: names are only looked up, never made.</summary>
internal sealed class TarFiles : ArchiveFiles
{
    private const int MaximumEntries = 100_000;
    private const int MaximumPath = 255;
    private const int MaximumLinks = 8;

    private readonly Dictionary<string, Node> nodes = new(StringComparer.Ordinal);
    private readonly SafeFileHandle file;
    private readonly IDisposable? owner;

    /// <summary>Lists a tar.</summary>
    /// <param name="file">The tar, not compressed.</param>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="owner">What is disposed with this.</param>
    /// <param name="cancellationToken">Stops listing.</param>
    public TarFiles(SafeFileHandle file, string name, IDisposable? owner, CancellationToken cancellationToken)
    {
        (this.file, Name, this.owner) = (file, name, owner);
        var length = RandomAccess.GetLength(file);
        using var source = new TarFileSource(file, length);
        var reader = new TarReader(source, cancellationToken);
        while (reader.Next() is { } entry)
        {
            if (entry.Kind == TarEntryKind.File && entry.Sparse is null && entry.Size > length - source.Position)
            {
                throw LayoutNames.Invalid($"{name} ends within '{entry.ShownPath}'");
            }

            Add(entry, source.Position);
            source.PassOver(entry.Kind == TarEntryKind.File && entry.Sparse is null ? entry.Size : 0);
        }
    }

    public override string Name { get; }

    public override ArchiveFile? TryOpen(string path)
    {
        var wanted = path;
        for (var links = 0; links < MaximumLinks; links++)
        {
            if (!LayoutNames.TryClean(wanted, out var clean))
            {
                throw Escapes(path);
            }

            if (!nodes.TryGetValue(clean, out var node))
            {
                return null;
            }

            if (node.Link is null)
            {
                return new(file, node.Offset, node.Length, ownsHandle: false);
            }

            wanted = node.Link;
        }

        throw LayoutNames.Invalid($"'{path}' of {Name} is a link without an end");
    }

    public override void Dispose() => owner?.Dispose();

    private void Add(TarEntry entry, long offset)
    {
        if (!LayoutNames.TryClean(entry.DisplayPath, out var path))
        {
            throw Escapes(entry.ShownPath);
        }

        // Nothing that an image archive needs has a longer name.
        if (path.Length > MaximumPath || entry.LinkTarget.Length > MaximumPath)
        {
            return;
        }

        if (nodes.Count >= MaximumEntries)
        {
            throw new ImageException(ImageErrorCodes.LimitExceeded, $"{Name} has more than {MaximumEntries} entries");
        }

        // As when unpacking, the last of several entries with one name counts.
        switch (entry.Kind)
        {
            case TarEntryKind.File when entry.Sparse is null:
                nodes[path] = new(offset, entry.Size, null);
                break;
            case TarEntryKind.HardLink:
                nodes[path] = new(0, 0, LayoutNames.Text(entry.LinkTarget.Span));
                break;
            case TarEntryKind.SymbolicLink:
                var target = LayoutNames.Text(entry.LinkTarget.Span);
                nodes[path] = new(0, 0, target.StartsWith('/') ? target : $"{path}/../{target}");
                break;
            default:
                nodes.Remove(path);
                break;
        }
    }

    private ImageException Escapes(string path) => new(ImageErrorCodes.UnsafeTar, $"'{path}' of {Name} leads outside the archive")
    {
        Hint = "do not load archives from a source that you do not trust",
    };

    private readonly record struct Node(long Offset, long Length, string? Link);
}
