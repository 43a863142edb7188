using System.Formats.Tar;
using System.Text.Json.Nodes;

namespace SharpBuild.IntegrationTests.Conformance;

/// <summary>What a build writes into an OCI archive: an image, or an index of images for several platforms.</summary>
/// <param name="Top">What names it in the layout.</param>
/// <param name="Index">The index; null for an image alone.</param>
/// <param name="Images">The images, each with what names it in the index and its manifest.</param>
internal sealed record OciArchive(JsonObject Top, JsonObject? Index, IReadOnlyList<(JsonObject Descriptor, JsonObject Manifest, OciImage Image)> Images)
{
    /// <summary>Reads an archive of one build.</summary>
    public static OciArchive Read(string archive)
    {
        var files = ReadFiles(archive);
        var top = Json(files["index.json"])["manifests"]![0]!.AsObject();
        var first = Json(Blob(top));
        return first["manifests"] is JsonArray manifests
            ? new(top, first, [.. manifests.Select(descriptor => Open(descriptor!.AsObject(), Json(Blob(descriptor))))])
            : new(top, null, [Open(top, first)]);

        byte[] Blob(JsonNode descriptor) => files["blobs/" + descriptor["digest"]!.GetValue<string>().Replace(':', '/')];
        (JsonObject, JsonObject, OciImage) Open(JsonObject descriptor, JsonObject manifest) => (descriptor, manifest, OciImage.Read(manifest, Blob));
    }

    private static JsonObject Json(byte[] bytes) => JsonNode.Parse(bytes)!.AsObject();

    private static Dictionary<string, byte[]> ReadFiles(string archive)
    {
        using var stream = File.OpenRead(archive);
        using var reader = new TarReader(stream);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } data)
            {
                var content = new byte[entry.Length];
                data.ReadExactly(content);
                files[entry.Name.TrimStart('.', '/')] = content;
            }
        }

        return files;
    }
}
