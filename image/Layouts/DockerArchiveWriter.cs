using System.Text.Json;
using SharpBuild.Image.Json;

namespace SharpBuild.Image.Layouts;

/// <summary>Writes archives for <c>docker load</c> and <c>podman load</c>: an OCI layout, with <c>manifest.json</c> and <c>repositories</c> beside it for readers that know no layouts, as Docker 25 and later write them.</summary>
public static class DockerArchiveWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = GoJsonEncoder.Instance };

    /// <summary>Writes the archive; the same images give the same bytes. The destination stays open.</summary>
    /// <exception cref="ImageException">A blob cannot be read.</exception>
    public static async Task WriteAsync(IEnumerable<ImageToSave> images, Stream destination, CancellationToken cancellationToken)
    {
        var content = await SavedContent.CollectAsync(images, cancellationToken);
        var manifest = ImageJson.Write(Options, content, WriteManifest);
        var repositories = ImageJson.Write(Options, content, WriteRepositories);
        await LayoutTar.WriteAsync(content, manifest, repositories, destination, cancellationToken);
    }

    private static string BlobPath(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    private static string FamiliarTag(ImageReference name) => name.WithTag(name.Tag!).FamiliarName;

    private static void WriteManifest(Utf8JsonWriter writer, SavedContent content)
    {
        writer.WriteStartArray();
        foreach (var (manifest, names) in content.Manifests)
        {
            writer.WriteStartObject();
            writer.WriteString("Config", BlobPath(manifest.Config.Digest));
            writer.WriteStrings("RepoTags", [.. names.Where(name => name.Tag is not null).Select(FamiliarTag)]);
            writer.WriteStrings("Layers", [.. manifest.Layers.Select(layer => BlobPath(layer.Digest))]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // Of Docker before 1.10: repository → tag → top layer. Some tools still look for the names here.
    private static void WriteRepositories(Utf8JsonWriter writer, SavedContent content)
    {
        var tags = new SortedDictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var (manifest, names) in content.Manifests)
        {
            foreach (var name in names)
            {
                if (name.Tag is not null && !manifest.Layers.IsEmpty)
                {
                    var repository = FamiliarTag(name)[..^(name.Tag.Length + 1)];
                    tags.TryAdd(repository, new(StringComparer.Ordinal));
                    tags[repository][name.Tag] = manifest.Layers[^1].Digest.Hex;
                }
            }
        }

        writer.WriteStartObject();
        foreach (var (repository, list) in tags)
        {
            writer.WriteStartObject(repository);
            foreach (var (tag, layer) in list)
            {
                writer.WriteString(tag, layer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
