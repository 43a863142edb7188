using System.Text.Json;

namespace SharpBuild.Image.Json;

/// <summary>Image configs as JSON. Top-level members are sorted by name, as in BuildKit's images; those of <c>config</c> follow Docker's Go type.</summary>
internal static class ConfigJson
{
    public static void Write(Utf8JsonWriter writer, ImageConfig config)
    {
        var members = new SortedList<string, Action<Utf8JsonWriter>>(StringComparer.Ordinal)
        {
            ["architecture"] = json => json.WriteStringValue(config.Architecture),
            ["config"] = json => ContainerConfigJson.Write(json, config.Config),
            ["history"] = json => WriteHistory(json, config),
            ["os"] = json => json.WriteStringValue(config.Os),
            ["rootfs"] = json => WriteRootFs(json, config.RootFs),
        };
        AddUnlessEmpty(members, "author", config.Author);
        AddUnlessEmpty(members, "created", config.Created is { } created ? GoTime.Format(created, config.CreatedText) : null);
        AddUnlessEmpty(members, "os.version", config.OsVersion);
        AddUnlessEmpty(members, "variant", config.Variant);
        foreach (var (name, value) in config.Unknown.Members)
        {
            members[name] = value.WriteTo;
        }

        writer.WriteStartObject();
        foreach (var (name, write) in members)
        {
            writer.WritePropertyName(name);
            write(writer);
        }

        writer.WriteEndObject();
    }

    public static ImageConfig Read(JsonMembers members)
    {
        RefuseZeros(members.Get("config"));
        var created = ReadTime(members, "created");
        return new()
        {
            Created = created.Time,
            CreatedText = created.Text,
            Author = members.String("author"),
            Architecture = members.String("architecture") ?? "",
            Os = members.String("os") ?? "",
            Variant = members.String("variant"),
            OsVersion = members.String("os.version"),
            Config = members.Object("config") is { } config ? ContainerConfigJson.Read(config) : ContainerConfig.Empty,
            RootFs = members.Object("rootfs") is { } rootFs ? ReadRootFs(rootFs) : RootFs.Empty,
            History = members.Array("history", ReadHistory),
            Unknown = members.Unknown(IsKnownOrObsolete),
        };
    }

    // The kernel ends a string at its first zero character: what was looked at would not be what is used. JSON is at most 64 deep.
    private static void RefuseZeros(JsonElement? element)
    {
        switch (element)
        {
            case { ValueKind: JsonValueKind.String } text when text.GetString()!.Contains('\0', StringComparison.Ordinal):
                throw JsonMembers.Invalid($"the image config holds '{text.GetString()!.Replace("\0", "\\0", StringComparison.Ordinal)}', a text with a NUL character");
            case { ValueKind: JsonValueKind.Array } list:
                foreach (var item in list.EnumerateArray())
                {
                    RefuseZeros(item);
                }

                break;
            case { ValueKind: JsonValueKind.Object } members:
                foreach (var member in members.EnumerateObject())
                {
                    RefuseZeros(member.Value);
                    if (member.Name.Contains('\0', StringComparison.Ordinal))
                    {
                        throw JsonMembers.Invalid($"the image config holds '{member.Name.Replace("\0", "\\0", StringComparison.Ordinal)}', a name with a NUL character");
                    }
                }

                break;
        }
    }

    // What Docker's classic builder left behind describes the machine and container of that build, not the image.
    private static bool IsKnownOrObsolete(string name) =>
        name is "created" or "author" or "architecture" or "os" or "variant" or "os.version" or "config" or "rootfs" or "history"
            or "container" or "container_config" or "docker_version" or "id" or "parent" or "comment" or "Size" or "parent_id" or "layer_id";

    private static RootFs ReadRootFs(JsonMembers members) => new(members.Array("diff_ids", static (item, what) =>
        item.ValueKind == JsonValueKind.String && Digest.TryParse(item.GetString(), out var digest)
            ? digest
            : throw JsonMembers.Invalid($"the {what} holds something else than digests")));

    private static HistoryEntry ReadHistory(JsonElement element, string what)
    {
        var members = JsonMembers.Of(element, what);
        var created = ReadTime(members, "created");
        return new(created.Time, members.String("created_by"), members.String("comment"), members.String("author"), members.Boolean("empty_layer"))
        {
            CreatedText = created.Text,
        };
    }

    private static (DateTimeOffset? Time, string? Text) ReadTime(JsonMembers members, string name) => members.String(name) switch
    {
        null => (null, null),
        var text when GoTime.TryParse(text, out var time) => (time, text),
        _ => throw members.Wrong(name, "a time"),
    };

    private static void WriteRootFs(Utf8JsonWriter writer, RootFs rootFs)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "layers");
        writer.WriteStartArray("diff_ids");
        foreach (var digest in rootFs.DiffIds)
        {
            writer.WriteStringValue(digest.ToString());
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteHistory(Utf8JsonWriter writer, ImageConfig config)
    {
        writer.WriteStartArray();
        foreach (var entry in config.History)
        {
            writer.WriteStartObject();
            writer.WriteUnlessEmpty("created", entry.Created is { } created ? GoTime.Format(created, entry.CreatedText) : null);
            writer.WriteUnlessEmpty("created_by", entry.CreatedBy);
            writer.WriteUnlessEmpty("author", entry.Author);
            writer.WriteUnlessEmpty("comment", entry.Comment);
            writer.WriteUnlessEmpty("empty_layer", entry.EmptyLayer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void AddUnlessEmpty(SortedList<string, Action<Utf8JsonWriter>> members, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            members[name] = json => json.WriteStringValue(value);
        }
    }
}
