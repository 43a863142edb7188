using System.Text.Json;
using SharpBuild.Cache;

namespace SharpBuild.Cli.Listing;

/// <summary>An image as <c>docker image inspect</c> prints it.</summary>
internal static class InspectedImage
{
    /// <summary>Writes it; of an index that of this machine's platform, and what images there are.</summary>
    public static void Write(Utf8JsonWriter json, Store store, StoredImage image)
    {
        var preferred = image.Preferred;
        using var config = JsonDocument.Parse(store.Blobs.ReadAll(preferred.ConfigDigest));
        json.WriteStartObject();
        json.WriteString("Id", image.Id.ToString());
        WriteNames(json, store, image);
        Copy(json, config.RootElement, "created", "Created");
        Copy(json, config.RootElement, "author", "Author");
        Copy(json, config.RootElement, "architecture", "Architecture");
        Copy(json, config.RootElement, "variant", "Variant");
        Copy(json, config.RootElement, "os", "Os");
        json.WriteNumber("Size", preferred.Size);
        Copy(json, config.RootElement, "config", "Config");
        WriteRootFileSystem(json, config.RootElement);
        json.WriteString("Digest", image.Digest.ToString());
        Copy(json, config.RootElement, "history", "History");
        if (image.IndexDigest is not null)
        {
            WriteManifests(json, image);
        }

        json.WriteEndObject();
    }

    private static void WriteManifests(Utf8JsonWriter json, StoredImage image)
    {
        json.WriteStartArray("Manifests");
        foreach (var each in image.Images)
        {
            json.WriteStartObject();
            json.WriteString("Platform", each.Platform.ToString());
            json.WriteString("Digest", each.ManifestDigest.ToString());
            json.WriteString("Config", each.ConfigDigest.ToString());
            json.WriteNumber("Size", each.Size);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNames(Utf8JsonWriter json, Store store, StoredImage image)
    {
        var names = store.Images.List().Where(entry => entry.Image.Id == image.Id && entry.Name is not null).Select(entry => entry.Name!).ToList();
        json.WriteStartArray("RepoTags");
        names.ForEach(name => json.WriteStringValue(name.FamiliarName));
        json.WriteEndArray();
        json.WriteStartArray("RepoDigests");
        if (image.SourceDigest is { } source)
        {
            foreach (var name in names.Select(name => $"{name.Name}@{source}").Distinct())
            {
                json.WriteStringValue(name);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteRootFileSystem(Utf8JsonWriter json, JsonElement config)
    {
        json.WriteStartObject("RootFS");
        json.WriteString("Type", "layers");
        if (config.TryGetProperty("rootfs", out var root))
        {
            Copy(json, root, "diff_ids", "Layers");
        }

        json.WriteEndObject();
    }

    private static void Copy(Utf8JsonWriter json, JsonElement from, string member, string name)
    {
        if (from.TryGetProperty(member, out var value))
        {
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
    }
}
