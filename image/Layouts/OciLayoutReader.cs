using System.Collections.Immutable;
using SharpBuild.Image.Registry;

namespace SharpBuild.Image.Layouts;

/// <summary>Reads an OCI image layout: a directory or a tar.</summary>
public sealed class OciLayoutReader : IImageArchive
{
    private readonly ArchiveFiles files;

    private OciLayoutReader(ArchiveFiles files, ImageIndex index)
    {
        this.files = files;
        Index = index;
        Images = [.. index.Manifests.Select(manifest => new ArchivedImage(NamesOf(manifest), manifest))];
    }

    /// <summary>What <c>index.json</c> lists.</summary>
    public ImageIndex Index { get; }

    /// <inheritdoc/>
    public ImmutableArray<ArchivedImage> Images { get; }

    /// <summary>Opens a layout.</summary>
    /// <param name="path">The directory or tar.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ImageException">There is none.</exception>
    public static async Task<OciLayoutReader> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var archive = ArchiveFiles.Open(path, cancellationToken);
        try
        {
            return await OpenAsync(archive, cancellationToken);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <summary>The image of a tag or digest; with null the only one. Null when there is none, or several and no name.</summary>
    public ArchivedImage? Find(string? name)
    {
        var found = Images.Where(image => name is null || image.Names.Contains(name) || image.Descriptor.Digest.ToString() == name).Take(2).ToArray();
        return found.Length == 0 || (name is null && found.Length > 1) ? null : found[0];
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new VerifiedStream(files.OpenMember($"blobs/{descriptor.Digest.Algorithm}/{descriptor.Digest.Hex}"), descriptor));

    /// <inheritdoc/>
    public async Task<ResolvedManifest> ReadManifestAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        new(descriptor, await BlobReading.ReadDocumentAsync(this, descriptor, cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => files.Dispose();

    internal static async Task<OciLayoutReader> OpenAsync(ArchiveFiles files, CancellationToken cancellationToken) =>
        new(files, ImageJson.DeserializeIndex(await files.ReadAllAsync("index.json", cancellationToken)));

    // containerd and Docker keep the whole name beside the tag.
    private static ImmutableArray<string> NamesOf(Descriptor manifest)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var key in new[] { LayoutAnnotations.ContainerdName, LayoutAnnotations.RefName })
        {
            if (manifest.Annotations?.TryGetValue(key, out var name) == true && !names.Contains(name))
            {
                names.Add(name);
            }
        }

        return names.ToImmutable();
    }
}
