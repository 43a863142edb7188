using System.Buffers;
using System.Text.Json;
using SharpBuild.Image.Json;

namespace SharpBuild.Image;

/// <summary>Manifests, indexes and configs as JSON. The bytes written are canonical: the same value gives the same bytes, in the member order, escapes, times and omissions of Go's encoder, so that a config reads (and hashes) like one of BuildKit's. A digest is always that of the exact bytes.</summary>
public static class ImageJson
{
    // Manifests are indented as BuildKit and containerd write them, configs are not.
    private static readonly JsonWriterOptions Indented = new() { Encoder = GoJsonEncoder.Instance, Indented = true, NewLine = "\n" };
    private static readonly JsonWriterOptions Compact = new() { Encoder = GoJsonEncoder.Instance };

    /// <summary>Writes a manifest.</summary>
    public static byte[] Serialize(Manifest manifest) => Write(Indented, manifest, ManifestJson.Write);

    /// <summary>Writes an index.</summary>
    public static byte[] Serialize(ImageIndex index) => Write(Indented, index, ManifestJson.Write);

    /// <summary>Writes a config.</summary>
    public static byte[] Serialize(ImageConfig config) => Write(Compact, config, ConfigJson.Write);

    /// <summary>Reads a manifest of OCI's or Docker's schema 2.</summary>
    /// <exception cref="ImageException">It is none.</exception>
    public static Manifest DeserializeManifest(ReadOnlyMemory<byte> json) => Read(json, "manifest", ManifestJson.ReadManifest);

    /// <summary>Reads an OCI index or a Docker manifest list.</summary>
    /// <exception cref="ImageException">It is none.</exception>
    public static ImageIndex DeserializeIndex(ReadOnlyMemory<byte> json) => Read(json, "index", ManifestJson.ReadIndex);

    /// <summary>Reads a config of an image.</summary>
    /// <exception cref="ImageException">It is none.</exception>
    public static ImageConfig DeserializeConfig(ReadOnlyMemory<byte> json) => Read(json, "image config", ConfigJson.Read);

    /// <summary>The media type that a manifest or index says it has, or what its members show it to be; null when it is neither.</summary>
    public static string? DetectMediaType(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? ManifestJson.DetectMediaType(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static byte[] Write<T>(JsonWriterOptions options, T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            write(writer, value);
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static T Read<T>(ReadOnlyMemory<byte> json, string what, Func<JsonMembers, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(JsonMembers.Of(document.RootElement, what));
        }
        catch (JsonException exception)
        {
            throw new ImageException(ImageErrorCodes.InvalidManifest, $"the {what} is not valid JSON: {exception.Message}", exception);
        }
    }
}
