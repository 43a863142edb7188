using System.IO.Compression;
using System.Text.Json.Nodes;

namespace SharpBuild.IntegrationTests.Conformance;

/// <summary>An image for one platform: its config and its layers as tars.</summary>
internal sealed record OciImage(JsonObject Config, IReadOnlyList<byte[]> Layers)
{
    /// <summary>Reads the image of a manifest.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="blob">Finds the bytes of a descriptor.</param>
    public static OciImage Read(JsonObject manifest, Func<JsonNode, byte[]> blob)
    {
        var layers = (manifest["layers"]?.AsArray() ?? []).Select(layer => Decompress(blob(layer!)));
        return new(JsonNode.Parse(blob(manifest["config"]!))!.AsObject(), [.. layers]);
    }

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
