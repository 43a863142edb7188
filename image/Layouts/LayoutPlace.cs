using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Image.Layouts;

/// <summary>An image of an OCI layout on disk.</summary>
/// <param name="Directory">The layout.</param>
/// <param name="Tag">The name that the image has in there; null for <c>latest</c>, or the only one.</param>
/// <param name="Digest">The digest of its manifest or index; null for any.</param>
public sealed record LayoutPlace(string Directory, string? Tag, Digest? Digest)
{
    /// <summary>Reads <c>directory[:tag][@digest]</c>. A directory's name cannot hold a colon behind its last slash.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out LayoutPlace? place)
    {
        ArgumentNullException.ThrowIfNull(text);
        place = null;
        var at = text.LastIndexOf('@');
        Digest digest = default;
        if (at >= 0 && !Image.Digest.TryParse(text[(at + 1)..], out digest))
        {
            return false;
        }

        var name = at < 0 ? text : text[..at];
        var colon = name.IndexOf(':', name.LastIndexOf('/') + 1);
        var (directory, tag) = colon < 0 ? (name, null) : (name[..colon], name[(colon + 1)..]);
        if (directory.Length == 0 || tag?.Length == 0)
        {
            return false;
        }

        place = new(directory, tag, at < 0 ? null : digest);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Directory}{(Tag is null ? "" : ":" + Tag)}{(Digest is null ? "" : "@" + Digest)}";
}
