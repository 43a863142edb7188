using System.Globalization;
using SharpBuild.Cache;
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

    /// <summary>The value of a key that is nothing when it is empty; null when it is not given.</summary>
    public string? Given(string key) => Text(key) is { Length: > 0 } text ? text : null;

    /// <summary>A yes or no.</summary>
    public bool Flag(string key, bool fallback = false) => Text(key)?.ToLowerInvariant() switch
    {
        null => fallback,
        "" or "1" or "t" or "true" => true,
        "0" or "f" or "false" => false,
        var other => throw new BuildException("SB0102", $"'{key}={other}' of the {what} '{output.Type}' is neither true nor false") { Hint = $"write {key}=true or {key}=false" },
    };

    /// <summary>What the output wants the image to be.</summary>
    public AssemblyOptions Assembly(BuildOptions options)
    {
        var epoch = Epoch(options);
        var rewrites = Flag("rewrite-timestamp", fallback: options.IsReproducible);
        return rewrites && epoch is null
            ? throw new BuildException("SB0111", $"the output '{output.Type}' is to rewrite times, but there is no time to rewrite them to") { Hint = "set SOURCE_DATE_EPOCH, or use --reproducible" }
            : new(epoch, rewrites, [.. options.Annotations, .. Annotations()]) { UsesDockerTypes = UsesDockerTypes() };
    }

    /// <summary>The time that <c>source-date-epoch</c>, or else the build, asks for.</summary>
    public DateTimeOffset? Epoch(BuildOptions options)
    {
        var seconds = Text("source-date-epoch") switch
        {
            null or "" => options.SourceDateEpoch,
            var text when SourceDate.TryRead(text, out var number) => number,
            var text => throw new BuildException("SB0102", $"'source-date-epoch={text}' is not a number of seconds within the years 1 to 9999") { Hint = "write the seconds since 1970" },
        };
        return seconds is { } value ? DateTimeOffset.FromUnixTimeSeconds(value) : null;
    }

    /// <summary>Whether documents have Docker's media types instead of OCI's (<c>oci-mediatypes=false</c>).</summary>
    public bool UsesDockerTypes() => !Flag("oci-mediatypes", fallback: true);

    // annotation.KEY, annotation-index.KEY, annotation-manifest[linux/amd64].KEY
    private IEnumerable<ImageAnnotation> Annotations()
    {
        foreach (var (name, value) in output.Attributes.Where(a => a.Key.StartsWith("annotation", StringComparison.Ordinal)))
        {
            var dot = name.IndexOf('.', name.IndexOf(']', StringComparison.Ordinal) + 1);
            var place = dot < 0 ? "-" : name["annotation".Length..dot];
            known.Add(name);
            (AnnotationTarget Target, Platform? Platform) parsed;
            try
            {
                parsed = ImageAnnotation.ParsePlace(place.StartsWith('-') ? place[1..] : "manifest" + place);
            }
            catch (FormatException wrong)
            {
                throw new BuildException("SB0112", $"'{name}' of the output '{output.Type}' is not an annotation: {wrong.Message}") { Hint = "write annotation.KEY=VALUE or annotation-index.KEY=VALUE" };
            }

            yield return new(parsed.Target, parsed.Platform, name[(dot + 1)..], value);
        }
    }

    /// <summary>The compression of new layers: gzip unless <c>compression</c> says otherwise, at <c>compression-level</c>.</summary>
    public LayerCompression Compression()
    {
        var usesDockerTypes = UsesDockerTypes();
        var isForced = Flag("force-compression");
        var name = Text("compression") ?? "gzip";
        var codec = Codecs.TryGet(name) is { MediaTypeSuffix: not null } found
            ? found
            : throw new BuildException("SB0103", $"'{name}' is not a compression for layers") { Hint = "use gzip, zstd or uncompressed" };
        if (usesDockerTypes && codec == Codecs.Zstd)
        {
            throw new BuildException("SB0107", "layers compressed with zstd have no media type of Docker's") { Hint = "leave oci-mediatypes=false out, or use compression=gzip" };
        }

        var level = Text("compression-level");
        return level is null ? new(codec, null, isForced)
            : int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= codec.HighestLevel ? new(codec, number, isForced)
            : throw new BuildException("SB0102", $"'compression-level={level}' is not a level of {codec.Name}")
            {
                Hint = codec.HighestLevel > 0 ? $"write a number from 0 to {codec.HighestLevel}, or leave it out" : "leave it out",
            };
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
            throw new BuildException("SB0104", $"the {what} '{output.Type}' has no attribute '{unknown}', or it is not supported")
            {
                Hint = known.Count == 0 ? "remove it" : $"it has {string.Join(", ", known.Order(StringComparer.Ordinal))}",
            };
        }
    }
}
