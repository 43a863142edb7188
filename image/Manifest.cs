using System.Collections.Immutable;

namespace SharpBuild.Image;

/// <summary>An image for one platform: its config and its layers, bottom first.</summary>
public sealed record Manifest
{
    /// <summary>Always 2.</summary>
    public int SchemaVersion { get; init; } = 2;

    /// <summary>OCI's or Docker's manifest type.</summary>
    public string MediaType { get; init; } = MediaTypes.OciManifest;

    /// <summary>What kind of artifact this is, when it is not an image.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>The config.</summary>
    public required Descriptor Config { get; init; }

    /// <summary>The layers, bottom first.</summary>
    public ImmutableArray<Descriptor> Layers { get; init; } = [];

    /// <summary>What this manifest is about (an attestation's image, for example).</summary>
    public Descriptor? Subject { get; init; }

    /// <summary>Annotations, null for none.</summary>
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }

    /// <summary>Members that this version does not know; written back as they were.</summary>
    public UnknownMembers Unknown { get; init; } = UnknownMembers.None;
}
