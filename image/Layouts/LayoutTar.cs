using SharpBuild.Image.Tar;

namespace SharpBuild.Image.Layouts;

/// <summary>A layout as a tar, in the order of names, with nothing of the machine or the hour in it.</summary>
internal static class LayoutTar
{
    private const int ReadOnlyMode = 0b100_100_100;

    public static async Task WriteAsync(SavedContent content, byte[]? dockerManifest, byte[]? repositories, Stream destination, CancellationToken cancellationToken)
    {
        using var output = new StreamBufferWriter(destination);
        var tar = new TarWriter(output);
        tar.WriteDirectory("blobs");
        var algorithm = "";
        foreach (var (digest, (descriptor, source)) in content.Blobs)
        {
            if (digest.Algorithm != algorithm)
            {
                algorithm = digest.Algorithm;
                tar.WriteDirectory($"blobs/{algorithm}");
            }

            await WriteBlobAsync(tar, output, descriptor, source, cancellationToken);
        }

        tar.WriteFile("index.json", content.IndexFile, ReadOnlyMode);
        WriteIfAny(tar, "manifest.json", dockerManifest);
        tar.WriteFile("oci-layout", SavedContent.LayoutFile, ReadOnlyMode);
        WriteIfAny(tar, "repositories", repositories);
        tar.WriteEnd();
    }

    private static void WriteIfAny(TarWriter tar, string name, byte[]? content)
    {
        if (content is not null)
        {
            tar.WriteFile(name, content, ReadOnlyMode);
        }
    }

    private static async Task WriteBlobAsync(TarWriter tar, StreamBufferWriter output, Descriptor descriptor, IBlobSource source, CancellationToken cancellationToken)
    {
        tar.WriteHeader(new()
        {
            Path = System.Text.Encoding.ASCII.GetBytes($"blobs/{descriptor.Digest.Algorithm}/{descriptor.Digest.Hex}"),
            Size = descriptor.Size,
            Mode = ReadOnlyMode,
        });
        await using var blob = await source.OpenAsync(descriptor, cancellationToken);
        var written = 0L;
        for (var length = -1; length != 0; written += length)
        {
            length = await blob.ReadAsync(output.GetMemory(), cancellationToken);
            output.Advance(length);
        }

        if (written != descriptor.Size)
        {
            throw new ImageException(ImageErrorCodes.SizeMismatch, $"the blob {descriptor.Digest} has {written} bytes, not {descriptor.Size}") { Subject = descriptor.Digest.ToString() };
        }

        tar.WritePadding(written);
    }
}
