namespace SharpBuild.Image.Layouts;

/// <summary>Reads small blobs whole.</summary>
internal static class BlobReading
{
    private const long MaximumDocument = 4 << 20;

    /// <summary>A manifest, index or config.</summary>
    /// <exception cref="ImageException">It is too large, or not what its descriptor says.</exception>
    public static async Task<byte[]> ReadDocumentAsync(IBlobSource source, Descriptor descriptor, CancellationToken cancellationToken)
    {
        if (descriptor.Size > MaximumDocument)
        {
            throw new ImageException(ImageErrorCodes.LimitExceeded, $"the document {descriptor.Digest} is larger than {MaximumDocument >> 20} MiB") { Subject = descriptor.Digest.ToString() };
        }

        await using var stream = await source.OpenAsync(descriptor, cancellationToken);
        using var whole = new MemoryStream((int)descriptor.Size);
        await stream.CopyToAsync(whole, cancellationToken);
        return whole.ToArray();
    }
}
