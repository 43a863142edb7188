using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace SharpBuild.IntegrationTests.Conformance;

/// <summary>An image in an OCI archive: its config and its layers as tars.</summary>
internal sealed record OciImage(JsonObject Config, IReadOnlyList<byte[]> Layers)
{
    /// <summary>Reads the first image of an archive.</summary>
    public static OciImage Read(string archive)
    {
        var files = ReadFiles(archive);
        var manifest = Json(files["index.json"]);
        while (manifest["manifests"] is JsonArray manifests)
        {
            manifest = Json(Blob(files, manifests[0]!));
        }

        var layers = (manifest["layers"]?.AsArray() ?? []).Select(layer => Decompress(Blob(files, layer!)));
        return new(Json(Blob(files, manifest["config"]!)), [.. layers]);
    }

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

    private static JsonObject Json(byte[] bytes) => JsonNode.Parse(bytes)!.AsObject();

    private static byte[] Blob(Dictionary<string, byte[]> files, JsonNode descriptor) =>
        files["blobs/" + descriptor["digest"]!.GetValue<string>().Replace(':', '/')];

    private static byte[] Decompress(byte[] blob)
    {
        if (blob is not [0x1f, 0x8b, ..])
        {
            return blob;
        }

        using var stream = new GZipStream(new MemoryStream(blob), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }
}
