using System.Text.Json;
using SharpBuild.Image;

namespace SharpBuild.Cache.Storage;

/// <summary>What is known of a layer besides its files.</summary>
/// <param name="Stamp">When it was finished.</param>
internal sealed record LayerFacts(WriteStamp Stamp)
{
    /// <summary>Its tar, once measured.</summary>
    public LayerBlob? Tar { get; init; }

    /// <summary>The compressed blob that it came from, for an imported layer.</summary>
    public Descriptor? Source { get; init; }

    public static LayerFacts? TryRead(string path) => JsonFiles.TryRead(path, Read);

    public byte[] ToJson() => JsonFiles.Write(writer =>
    {
        JsonFiles.WriteStamp(writer, Stamp);
        if (Tar is { } tar)
        {
            writer.WriteString("diffId", tar.DiffId.ToString());
            writer.WriteNumber("size", tar.Size);
        }

        if (Source is not null)
        {
            WriteDescriptor(writer, "source", Source);
        }
    });

    public static void WriteDescriptor(Utf8JsonWriter writer, string name, Descriptor descriptor)
    {
        writer.WriteStartObject(name);
        writer.WriteString("mediaType", descriptor.MediaType);
        writer.WriteString("digest", descriptor.Digest.ToString());
        writer.WriteNumber("size", descriptor.Size);
        writer.WriteEndObject();
    }

    public static Descriptor ReadDescriptor(JsonElement element) => new()
    {
        MediaType = element.GetProperty("mediaType").GetString() ?? "",
        Digest = Digest.Parse(element.GetProperty("digest").GetString() ?? ""),
        Size = element.GetProperty("size").GetInt64() is >= 0 and var size ? size : throw new FormatException("a blob has a negative size"),
    };

    private static LayerFacts Read(JsonElement element) => new(JsonFiles.ReadStamp(element))
    {
        Tar = element.TryGetProperty("diffId", out var diffId)
            ? new(Digest.Parse(diffId.GetString() ?? ""), element.GetProperty("size").GetInt64())
            : null,
        Source = element.TryGetProperty("source", out var source) ? ReadDescriptor(source) : null,
    };
}
