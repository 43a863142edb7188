namespace SharpBuild.Image.Layouts;

/// <summary>Where the files of a layout go. Files come in the order of their names, as in a sorted listing.</summary>
internal abstract class LayoutSink
{
    /// <summary>Copies a blob from where the image is.</summary>
    public abstract Task AddBlobAsync(Descriptor blob, IBlobSource source, CancellationToken cancellationToken);

    /// <summary>Writes a small file.</summary>
    public abstract void AddFile(string path, ReadOnlySpan<byte> content);

    /// <summary>What is thrown when a source gives more or less than it announced and did not notice.</summary>
    protected static ImageException WrongSize(Descriptor blob, long size) =>
        new(ImageErrorCodes.SizeMismatch, $"blob {blob.Digest} has {size} bytes instead of {blob.Size}") { Subject = blob.Digest.ToString() };
}
