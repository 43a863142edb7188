using System.Text;
using SharpBuild.Image.Tar;

namespace SharpBuild.Image.Layouts;

/// <summary>Writes a layout as a tar. The same image gives the same bytes: no times, no owners.</summary>
/// <param name="output">Where to. What is left in it when writing fails is not worth writing.</param>
internal sealed class TarLayoutSink(StreamBufferWriter output) : LayoutSink
{
    private readonly TarWriter tar = new(output);
    private readonly HashSet<string> directories = new(StringComparer.Ordinal);

    public override async Task AddBlobAsync(Descriptor blob, IBlobSource source, CancellationToken cancellationToken)
    {
        AddDirectory("blobs");
        AddDirectory($"blobs/{blob.Digest.Algorithm}");
        tar.WriteHeader(new() { Path = Encoding.ASCII.GetBytes(LayoutNames.BlobPath(blob.Digest)), Size = blob.Size, Mode = 0b110_100_100 });
        await using var stream = await source.OpenAsync(blob, cancellationToken);
        long done = 0;

        // Read to the very end, not just to the announced size: only there the source checks the digest.
        for (int count; (count = await stream.ReadAsync(output.GetMemory(1), cancellationToken)) > 0;)
        {
            output.Advance(count);
            done += count;
        }

        if (done != blob.Size)
        {
            throw WrongSize(blob, done);
        }

        tar.WritePadding(blob.Size);
    }

    public override void AddFile(string path, ReadOnlySpan<byte> content) => tar.WriteFile(path, content);

    /// <summary>Ends the tar.</summary>
    public void Complete()
    {
        tar.WriteEnd();
        output.Flush();
    }

    private void AddDirectory(string path)
    {
        if (directories.Add(path))
        {
            tar.WriteDirectory(path);
        }
    }
}
