using System.Buffers;
using System.Text.Json;
using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Engine;

/// <summary>The form of <c>state.json</c>.</summary>
internal static class ContainerJson
{
    /// <summary>The file's bytes.</summary>
    public static ReadOnlyMemory<byte> Write(Container container)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("id", container.Id);
        json.WriteString("name", container.Name);
        json.WriteString("image", container.Image);
        json.WriteString("imageId", container.ImageId.ToString());
        WriteList(json, "imageLayers", container.ImageLayers.Select(layer => layer.Value));
        WriteList(json, "command", container.Command);
        json.WriteString("created", container.Created);
        json.WriteString("status", container.Status switch
        {
            ContainerStatus.Created => "created",
            ContainerStatus.Running => "running",
            ContainerStatus.Exited => "exited",
            _ => "dead",
        });
        WriteEnd(json, container);
        WriteList(json, "anonymousVolumes", container.AnonymousVolumes);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Reads the file's bytes.</summary>
    /// <exception cref="JsonException">They are not a state file.</exception>
    public static Container Read(ReadOnlyMemory<byte> content)
    {
        using var document = JsonDocument.Parse(content);
        var json = document.RootElement;
        return new Container
        {
            Id = Text(json, "id"),
            Name = Text(json, "name"),
            Image = Text(json, "image"),
            ImageId = Digest.Parse(Text(json, "imageId")),
            ImageLayers = [.. List(json, "imageLayers").Select(LayerId.Parse)],
            Command = [.. List(json, "command")],
            Created = json.GetProperty("created").GetDateTimeOffset(),
            Status = Text(json, "status") switch
            {
                "created" => ContainerStatus.Created,
                "running" => ContainerStatus.Running,
                "exited" => ContainerStatus.Exited,
                _ => ContainerStatus.Dead,
            },
            ProcessId = json.TryGetProperty("pid", out var pid) ? pid.GetInt32() : null,
            ExitCode = json.TryGetProperty("exitCode", out var code) ? code.GetInt32() : null,
            Finished = json.TryGetProperty("finished", out var finished) ? finished.GetDateTimeOffset() : null,
            Layer = json.TryGetProperty("layer", out var layer) ? LayerId.Parse(layer.GetString()!) : null,
            AnonymousVolumes = [.. List(json, "anonymousVolumes")],
        };
    }

    private static void WriteEnd(Utf8JsonWriter json, Container container)
    {
        if (container.ProcessId is { } pid)
        {
            json.WriteNumber("pid", pid);
        }

        if (container.ExitCode is { } code)
        {
            json.WriteNumber("exitCode", code);
        }

        if (container.Finished is { } finished)
        {
            json.WriteString("finished", finished);
        }

        if (container.Layer is { } layer)
        {
            json.WriteString("layer", layer.Value);
        }
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new JsonException($"{name} is null");

    private static IEnumerable<string> List(JsonElement json, string name) => json.GetProperty(name).EnumerateArray().Select(item => item.GetString() ?? "");
}
