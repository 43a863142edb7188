using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SharpBuild.IntegrationTests.Conformance;

/// <summary>All of an image that a Dockerfile decides, as text: what a build added to the base image, never what the base image holds.</summary>
internal static class ImageText
{
    private const string BaseMark = "conformance base";
    private const string OldestBuild = "2020";
    private static readonly string[] PlatformMembers = ["os", "architecture", "variant"];
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Describes an image built on the base image of the cases, or on nothing; of an index what it says and then each of its images.</summary>
    public static string Describe(OciArchive archive, OciImage baseImage)
    {
        if (archive.Index is not { } index)
        {
            return Describe(archive.Images[0].Image, baseImage);
        }

        var text = new StringBuilder($"index{Annotations(index)}\n");
        text.Append(CultureInfo.InvariantCulture, $"descriptor{Annotations(archive.Top)}\n");
        foreach (var (descriptor, manifest, image) in archive.Images)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nplatform {Platform(descriptor["platform"]!)}{Annotations(descriptor)}\n");
            text.Append(CultureInfo.InvariantCulture, $"manifest{Annotations(manifest)}\nconfig of {Platform(image.Config)}\n");
            text.Append(Describe(image, baseImage));
        }

        return text.ToString();
    }

    private static string Describe(OciImage image, OciImage baseImage)
    {
        var history = image.Config["history"]?.AsArray() ?? [];
        var inherited = history.Count(entry => Text(entry!, "comment") == BaseMark);
        var before = inherited > 0 ? baseImage : new OciImage([], []);
        var text = new StringBuilder("built\n");
        text.Append(CultureInfo.InvariantCulture, $"layers {image.Layers.Count - before.Layers.Count}\n");
        text.Append("history\n");
        foreach (var entry in history.Skip(inherited))
        {
            var layer = entry!["empty_layer"]?.GetValue<bool>() == true ? "     " : "layer";
            text.Append(CultureInfo.InvariantCulture, $"  {layer} {NameText.Of(Encoding.UTF8.GetBytes(Text(entry, "created_by")))}{Created(entry)}{Unusual(entry)}\n");
        }

        text.Append("config\n");
        DescribeConfig(image.Config, before.Config, text);
        text.Append("files\n");
        text.Append(FlatTree.Of(image.Layers).Describe(FlatTree.Of(before.Layers)));
        return text.ToString();
    }

    private static string Platform(JsonNode node) => string.Join('/', PlatformMembers.Select(name => Text(node, name)).Where(part => part.Length > 0));

    // When and under which name it was written is not what a Dockerfile decides.
    private static string Annotations(JsonNode node) => string.Concat((node["annotations"]?.AsObject() ?? []).OrderBy(a => a.Key, StringComparer.Ordinal)
        .Where(a => a.Key is not ("org.opencontainers.image.created" or "org.opencontainers.image.ref.name" or "io.containerd.image.name"))
        .Select(a => $" {a.Key}={a.Value}"));

    private static void DescribeConfig(JsonObject config, JsonObject before, StringBuilder text)
    {
        if (Created(config) is { Length: > 0 } created)
        {
            text.Append(CultureInfo.InvariantCulture, $"  created{created}\n");
        }

        foreach (var name in (string[])["author", "variant", "os.version"])
        {
            if (Text(config, name) is { Length: > 0 } value)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {name} {value}\n");
            }
        }

        var (now, then) = (config["config"]?.AsObject() ?? [], before["config"]?.AsObject() ?? []);
        foreach (var name in now.Select(m => m.Key).Union(then.Select(m => m.Key), StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (Json(now[name]) is var value && value != Json(then[name]))
            {
                text.Append(CultureInfo.InvariantCulture, $"  {name} {value}\n");
            }
        }
    }

    private static string Created(JsonNode node) =>
        Text(node, "created") is { Length: > 0 } created && string.CompareOrdinal(created, OldestBuild) < 0 ? " @" + created : "";

    private static string Unusual(JsonNode entry)
    {
        var comment = Text(entry, "comment");
        var author = Text(entry, "author");
        return (comment == "buildkit.dockerfile.v0" ? "" : $" (comment {comment})") + (author.Length == 0 ? "" : $" (author {author})");
    }

    private static string Text(JsonNode node, string name) => node[name]?.GetValue<string>() ?? "";

    // Members in order of their names, and what is empty as if it were not there: both are left to whoever writes a config.
    private static string Json(JsonNode? node) => node switch
    {
        null => "none",
        JsonObject members => "{" + string.Join(",", members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{JsonSerializer.Serialize(m.Key, Readable)}:{Json(m.Value)}")) + "}",
        JsonArray items => "[" + string.Join(",", items.Select(Json)) + "]",
        _ => node.ToJsonString(Readable) is var text && text is "\"\"" or "false" ? "none" : text,
    };
}
