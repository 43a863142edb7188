namespace SharpBuild.Image.Layouts;

/// <summary>The files of an archive or a directory, by path.</summary>
internal abstract class ArchiveFiles : IDisposable
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Name { get; }

    /// <summary>Opens a regular file; null when there is none of that name.</summary>
    /// <exception cref="ImageException">The path leads outside.</exception>
    public abstract ArchiveFile? TryOpen(string path);

    /// <inheritdoc/>
    public abstract void Dispose();

    public bool Contains(string path)
    {
        using var file = TryOpen(path);
        return file is not null;
    }

    /// <summary>All of a small file, null when there is none.</summary>
    public byte[]? TryReadAll(string path)
    {
        using var file = TryOpen(path);
        return file?.ReadAll($"'{path}' of {Name}");
    }

    /// <summary>A JSON document that is a blob, checked.</summary>
    public byte[] ReadBlob(Descriptor descriptor)
    {
        using var file = Open(descriptor);
        var content = file.ReadAll($"blob {descriptor.Digest} of {Name}");
        using var stream = new CheckedBlobStream(new MemoryStream(content, writable: false), descriptor);
        stream.CopyTo(Stream.Null);
        return content;
    }

    /// <summary>A blob at its usual place; the stream checks it.</summary>
    public Stream OpenBlob(Descriptor descriptor) => new CheckedBlobStream(new ArchiveFileStream(Open(descriptor)), descriptor);

    private ArchiveFile Open(Descriptor descriptor) => TryOpen(LayoutNames.BlobPath(descriptor.Digest))
        ?? throw new ImageException(ImageErrorCodes.NotFound, $"{Name} lacks blob {descriptor.Digest}")
        {
            Subject = descriptor.Digest.ToString(),
            Hint = "create the archive again; it is incomplete",
        };
}
