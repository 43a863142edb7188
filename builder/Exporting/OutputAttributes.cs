using SharpBuild.Image;
using SharpBuild.Image.Compression;

namespace SharpBuild.Builder.Exporting;

/// <summary>The <c>key=value</c> pairs of an output; what nobody asked for in the end is unknown, and refused.</summary>
internal sealed class OutputAttributes(OutputOptions output, string what = "output")
{
    /// <summary>The attributes of a cache, which are written and refused alike.</summary>
    public static OutputAttributes OfCache(string what, string type, System.Collections.Immutable.ImmutableSortedDictionary<string, string> attributes) =>
        new(new OutputOptions(type, null, attributes), what);

    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    /// <summary>The value of a key, null when it is not given.</summary>
    public string? Text(string key)
    {
        known.Add(key);
        return output.Attributes.GetValueOrDefault(key);
    }

    /// <summary>A yes or no.</summary>
    public bool Flag(string key, bool fallback = false) => Text(key)?.ToLowerInvariant() switch
    {
        null => fallback,
        "" or "1" or "t" or "true" => true,
        "0" or "f" or "false" => false,
        var other => throw new BuildException("SB0102", $"'{key}={other}' of the {what} '{output.Type}' is neither true nor false") { Hint = $"write {key}=true or {key}=false" },
    };

    /// <summary>The compression of new layers: gzip unless <c>compression</c> says otherwise, at <c>compression-level</c>.</summary>
    public (IBlobCodec Codec, int? Level) Compression()
    {
        var name = Text("compression") ?? "gzip";
        var codec = Codecs.TryGet(name) is { MediaTypeSuffix: not null } found
            ? found
            : throw new BuildException("SB0103", $"'{name}' is not a compression for layers") { Hint = "use gzip, zstd or uncompressed" };
        var level = Text("compression-level");
        return level is null ? (codec, null)
            : int.TryParse(level, out var number) ? (codec, number)
            : throw new BuildException("SB0102", $"'compression-level={level}' is not a number") { Hint = "write a level of the codec, such as 6 for gzip or 3 for zstd" };
    }

    /// <summary>The names in <c>name</c>, separated by commas.</summary>
    public IEnumerable<ImageReference> Names() => (Text("name") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name =>
        ImageReference.TryParse(name, out var reference)
            ? reference
            : throw new BuildException("SB0106", $"'{name}' is not an image name") { Hint = "write [registry/]repository[:tag] in lower case" });

    /// <summary>Refuses a key that no exporter asked for.</summary>
    public void RefuseUnknown()
    {
        if (output.Attributes.Keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown)
        {
            throw new BuildException("SB0104", $"the {what} '{output.Type}' has no attribute '{unknown}', or it is not built yet")
            {
                Hint = known.Count == 0 ? "remove it" : $"it has {string.Join(", ", known.Order(StringComparer.Ordinal))}",
            };
        }
    }
}
