using System.Collections.Immutable;
using System.Text.Json;
using SharpBuild.Image.Json;

namespace SharpBuild.Image.Layouts;

/// <summary>An image of a <c>manifest.json</c>: the paths of its parts.</summary>
internal sealed record ArchiveItem(string Config, ImmutableArray<string> RepoTags, ImmutableArray<string> Layers)
{
    public static ImmutableArray<ArchiveItem> Read(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                throw LayoutNames.Invalid("'manifest.json' is not a list of images");
            }

            return [.. document.RootElement.EnumerateArray().Select(item => Read(JsonMembers.Of(item, "image of 'manifest.json'")))];
        }
        catch (JsonException exception)
        {
            throw LayoutNames.Invalid($"'manifest.json' is not valid JSON: {exception.Message}", exception);
        }
    }

    public static byte[] Write(IEnumerable<ArchiveItem> items) => ImageJson.Write(default, items, static (writer, items) =>
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            item.Write(writer);
        }

        writer.WriteEndArray();
    });

    private static ArchiveItem Read(JsonMembers members) => new(members.RequiredString(nameof(Config)), members.Strings(nameof(RepoTags)), members.Strings(nameof(Layers)));

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString(nameof(Config), Config);
        if (RepoTags.IsEmpty)
        {
            writer.WriteNull(nameof(RepoTags)); // As Docker; older versions take a missing member for an error.
        }
        else
        {
            writer.WriteStrings(nameof(RepoTags), RepoTags);
        }

        writer.WriteStrings(nameof(Layers), Layers);
        writer.WriteEndObject();
    }
}
