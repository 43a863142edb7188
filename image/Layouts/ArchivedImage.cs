using System.Collections.Immutable;

namespace SharpBuild.Image.Layouts;

/// <summary>An image that was found in a layout or archive: its manifest and config are read and checked, its layers still have to be.</summary>
public sealed record ArchivedImage
{
    /// <summary>The manifest; its layers are opened from the archive that it came from.</summary>
    public required Manifest Manifest { get; init; }

    /// <summary>The manifest's exact bytes. An old <c>docker save</c> archive has none: they are made.</summary>
    public required ReadOnlyMemory<byte> ManifestBytes { get; init; }

    /// <summary>The digest of the manifest.</summary>
    public required Digest ManifestDigest { get; init; }

    /// <summary>The config.</summary>
    public required ImageConfig Config { get; init; }

    /// <summary>The config's exact bytes.</summary>
    public required ReadOnlyMemory<byte> ConfigBytes { get; init; }

    /// <summary>The names that the archive gives it.</summary>
    public ImmutableArray<ImageReference> Names { get; init; } = [];

    /// <summary>The digest of the index that the image was chosen from, when it was one for several platforms.</summary>
    public Digest? IndexDigest { get; init; }

    /// <summary>The index that holds it together with the images of its name for other platforms; null when one platform was asked for, or there is no index.</summary>
    public ArchivedIndex? Index { get; init; }
}
