using System.Collections.Immutable;
using System.Text.Json;
using SharpBuild.Image;

namespace SharpBuild.Cache.Storage;

/// <summary>Images as the files of their names have them: one has its members beside the name, those of an index are a list.</summary>
internal static class StoredImageJson
{
    private const string Index = "index";
    private const string Images = "images";

    public static void Write(Utf8JsonWriter writer, StoredImage image)
    {
        if (image.IndexDigest is not { } index)
        {
            Write(writer, image.Images[0]);
            return;
        }

        writer.WriteString(Index, index.ToString());
        writer.WriteStartArray(Images);
        foreach (var each in image.Images)
        {
            writer.WriteStartObject();
            Write(writer, each);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <exception cref="FormatException">It is not what was written.</exception>
    public static StoredImage Read(JsonElement element)
    {
        if (!element.TryGetProperty(Index, out var index))
        {
            return StoredImage.Of(ReadImage(element));
        }

        ImmutableArray<ImageRecord> images = [.. element.GetProperty(Images).EnumerateArray().Select(ReadImage)];
        return images.IsEmpty ? throw new FormatException("an index without images") : new() { IndexDigest = Digest.Parse(index.GetString() ?? ""), Images = images };
    }

    private static void Write(Utf8JsonWriter writer, ImageRecord image)
    {
        writer.WriteString("manifest", image.ManifestDigest.ToString());
        writer.WriteString("config", image.ConfigDigest.ToString());
        if (image.SourceDigest is { } source)
        {
            writer.WriteString("source", source.ToString());
        }

        writer.WriteString("created", image.Created);
        writer.WriteNumber("size", image.Size);
        writer.WriteString("platform", image.Platform.ToString());
        JsonFiles.WriteLayers(writer, image.Layers.AsSpan());
    }

    private static ImageRecord ReadImage(JsonElement element) => new()
    {
        ManifestDigest = Digest.Parse(element.GetProperty("manifest").GetString() ?? ""),
        ConfigDigest = Digest.Parse(element.GetProperty("config").GetString() ?? ""),
        SourceDigest = element.TryGetProperty("source", out var source) ? Digest.Parse(source.GetString() ?? "") : null,
        Created = element.GetProperty("created").GetDateTimeOffset(),
        Size = element.GetProperty("size").GetInt64(),
        Platform = Platform.Parse(element.GetProperty("platform").GetString() ?? ""),
        Layers = JsonFiles.ReadLayers(element),
    };
}
