using System.Collections.Immutable;
using System.Text.Json;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;

namespace SharpBuild.Cache.Sharing;

/// <summary>The JSON of a shared cache; docs/store.md describes it.</summary>
public static class SharedCacheJson
{
    private const int Version = 1;
    private const int MostItems = 1_000_000;

    /// <summary>Writes it; the same content gives the same bytes.</summary>
    public static byte[] Write(SharedCache cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        return JsonFiles.Write(writer =>
        {
            writer.WriteNumber("version", Version);
            writer.WriteStartArray("layers");
            foreach (var layer in cache.Layers)
            {
                writer.WriteStartObject();
                writer.WriteString("diffId", layer.DiffId.ToString());
                if (layer.Blob is { } blob)
                {
                    LayerFacts.WriteDescriptor(writer, "blob", blob);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("records");
            foreach (var record in cache.Records)
            {
                Write(writer, record);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("mounts");
            foreach (var mount in cache.Mounts)
            {
                writer.WriteStartObject();
                writer.WriteString("name", mount.Name);
                writer.WriteString("id", mount.Id);
                LayerFacts.WriteDescriptor(writer, "blob", mount.Blob);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Reads it. Whatever it says comes from somebody else: places that are not in the list make it wrong.</summary>
    /// <exception cref="ImageException">It is none.</exception>
    public static SharedCache Read(ReadOnlyMemory<byte> json, string subject)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, subject);
        }
        catch (JsonException wrong)
        {
            throw Wrong(subject, wrong);
        }
    }

    /// <summary>Reads it as a member of something else.</summary>
    /// <exception cref="ImageException">It is none.</exception>
    public static SharedCache Read(JsonElement root, string subject)
    {
        try
        {
            if (root.GetProperty("version").GetInt32() != Version)
            {
                throw new ImageException(ImageErrorCodes.InvalidManifest, $"the cache '{subject}' was written by a newer sharpbuild") { Subject = subject };
            }

            if (root.GetProperty("layers").GetArrayLength() > MostItems || root.GetProperty("records").GetArrayLength() > MostItems)
            {
                throw new FormatException($"it lists more than {MostItems} layers or records");
            }

            var layers = root.GetProperty("layers").EnumerateArray().Select(ReadLayer).ToImmutableArray();
            var records = root.GetProperty("records").EnumerateArray().Select(element => ReadRecord(element, layers.Length)).ToImmutableArray();
            var mounts = root.GetProperty("mounts").EnumerateArray().Select(ReadMount).ToImmutableArray();
            return new(layers, records) { Mounts = mounts };
        }
        catch (Exception wrong) when (wrong is KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw Wrong(subject, wrong);
        }
    }

    private static void Write(Utf8JsonWriter writer, SharedRecord record)
    {
        writer.WriteStartObject();
        writer.WriteString("key", record.Key.ToString());
        writer.WriteString("created", record.Created);
        writer.WriteString("description", record.Description);
        writer.WriteStartArray("layers");
        foreach (var layer in record.Layers)
        {
            writer.WriteNumberValue(layer);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("facts");
        foreach (var (name, value) in record.Facts)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static SharedLayer ReadLayer(JsonElement element) => new(
        Digest.Parse(element.GetProperty("diffId").GetString() ?? ""),
        element.TryGetProperty("blob", out var blob) ? LayerFacts.ReadDescriptor(blob) : null);

    private static SharedMount ReadMount(JsonElement element) =>
        new(element.GetProperty("name").GetString() ?? "", element.GetProperty("id").GetString() ?? "", LayerFacts.ReadDescriptor(element.GetProperty("blob")));

    private static SharedRecord ReadRecord(JsonElement element, int count)
    {
        var list = element.GetProperty("layers");
        if (list.GetArrayLength() > LayerStore.MostLayers)
        {
            throw new FormatException($"a record has {list.GetArrayLength()} layers; at most {LayerStore.MostLayers} can be used");
        }

        var places = list.EnumerateArray().Select(static place => place.GetInt32()).ToImmutableArray();
        if (places.Any(place => place < 0 || place >= count))
        {
            throw new FormatException("a record names a layer that is not in the list");
        }

        // Of a name that stands there twice the last one counts, as with every reader of JSON.
        var facts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var fact in element.GetProperty("facts").EnumerateObject())
        {
            facts[fact.Name] = fact.Value.GetString() ?? "";
        }

        return new(Digest.Parse(element.GetProperty("key").GetString() ?? ""), places, element.GetProperty("created").GetDateTimeOffset(), element.GetProperty("description").GetString() ?? "")
        {
            Facts = facts.ToImmutable(),
        };
    }

    private static ImageException Wrong(string subject, Exception inner) =>
        new(ImageErrorCodes.InvalidManifest, $"'{subject}' holds no build cache that sharpbuild wrote: {inner.Message}", inner) { Subject = subject };
}
