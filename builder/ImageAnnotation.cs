using SharpBuild.Image;

namespace SharpBuild.Builder;

/// <summary>One <c>--annotation</c>.</summary>
/// <param name="Target">Where it stands.</param>
/// <param name="Platform">The platform whose image gets it; null for all.</param>
/// <param name="Key">Its name.</param>
/// <param name="Value">Its value.</param>
public sealed record ImageAnnotation(AnnotationTarget Target, Platform? Platform, string Key, string Value)
{
    /// <summary>The names of the targets as command lines have them.</summary>
    public static IReadOnlyList<string> TargetNames { get; } = ["manifest", "manifest-descriptor", "index", "index-descriptor"];

    /// <summary>Understands the place of an annotation, such as <c>manifest[linux/amd64]</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static (AnnotationTarget Target, Platform? Platform) ParsePlace(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        var name = bracket < 0 ? text : text[..bracket];
        for (var number = 0; number < TargetNames.Count; number++)
        {
            if (TargetNames[number] == name && (bracket < 0 || text.EndsWith(']')))
            {
                return ((AnnotationTarget)number, bracket < 0 ? null : Platform.Parse(text[(bracket + 1)..^1]));
            }
        }

        throw new FormatException($"'{text}' is not a place for an annotation; use one of {string.Join(", ", TargetNames)}, optionally followed by [OS/ARCH]");
    }
}

/// <summary>The documents that annotations stand in.</summary>
public enum AnnotationTarget
{
    /// <summary>An image's manifest.</summary>
    Manifest,

    /// <summary>What names a manifest in an index.</summary>
    ManifestDescriptor,

    /// <summary>The index of an image for several platforms.</summary>
    Index,

    /// <summary>What names that index in a layout.</summary>
    IndexDescriptor,
}
