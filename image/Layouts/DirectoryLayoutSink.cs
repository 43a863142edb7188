namespace SharpBuild.Image.Layouts;

/// <summary>Writes a layout into a directory. Each file appears whole; blobs that are there stay, and the index is written last.</summary>
internal sealed class DirectoryLayoutSink : LayoutSink
{
    private const int BufferSize = 256 * 1024;
    private readonly string root;

    public DirectoryLayoutSink(string root)
    {
        this.root = root;
        Directory.CreateDirectory(root);
    }

    public override async Task AddBlobAsync(Descriptor blob, IBlobSource source, CancellationToken cancellationToken)
    {
        var path = Path.Join(root, LayoutNames.BlobPath(blob.Digest));
        if (new FileInfo(path) is { Exists: true } present && present.Length == blob.Size)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var stream = await source.OpenAsync(blob, cancellationToken);
        await OutputFile.WriteAsync(path, async output =>
        {
            await stream.CopyToAsync(output, BufferSize, cancellationToken);
            if (output.Length != blob.Size)
            {
                throw WrongSize(blob, output.Length);
            }
        }, cancellationToken);
    }

    public override void AddFile(string path, ReadOnlySpan<byte> content)
    {
        var temporary = Path.Join(root, $".{path}.{Path.GetRandomFileName()}");
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, Path.Join(root, path), overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
