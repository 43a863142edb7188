using System.Buffers;
using System.Text.Json;

namespace SharpBuild.Cache.Storage;

/// <summary>The JSON of the store's own files, written and read by hand: no serializer is loaded on a build's way.</summary>
internal static class JsonFiles
{
    /// <summary>One object.</summary>
    public static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads an object; null when there is none, or when it is not what it should be (cut short by a power loss).</summary>
    public static T? TryRead<T>(string path, Func<JsonElement, T?> read)
        where T : class
    {
        if (AtomicFile.TryRead(path) is not { Length: > 0 } content)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(content);
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    public static void WriteStamp(Utf8JsonWriter writer, WriteStamp stamp)
    {
        writer.WriteString("boot", stamp.BootId);
        writer.WriteNumber("instant", stamp.Instant);
    }

    public static WriteStamp ReadStamp(JsonElement element) =>
        new(element.GetProperty("boot").GetString() ?? "", element.GetProperty("instant").GetInt64());

    public static void WriteLayers(Utf8JsonWriter writer, ReadOnlySpan<LayerId> layers)
    {
        writer.WriteStartArray("layers");
        foreach (var layer in layers)
        {
            writer.WriteStringValue(layer.Value);
        }

        writer.WriteEndArray();
    }

    public static System.Collections.Immutable.ImmutableArray<LayerId> ReadLayers(JsonElement element)
    {
        var array = element.GetProperty("layers");
        var layers = System.Collections.Immutable.ImmutableArray.CreateBuilder<LayerId>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray())
        {
            layers.Add(LayerId.Parse(item.GetString() ?? ""));
        }

        return layers.MoveToImmutable();
    }
}
