using System.Collections.Immutable;

namespace SharpBuild.Image;

/// <summary>Several manifests under one name, usually one a platform: an OCI index or a Docker manifest list.</summary>
public sealed record ImageIndex
{
    /// <summary>Always 2.</summary>
    public int SchemaVersion { get; init; } = 2;

    /// <summary>OCI's or Docker's index type.</summary>
    public string MediaType { get; init; } = MediaTypes.OciIndex;

    /// <summary>What kind of artifact this is, when it is not an image.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>The manifests.</summary>
    public ImmutableArray<Descriptor> Manifests { get; init; } = [];

    /// <summary>What this index is about.</summary>
    public Descriptor? Subject { get; init; }

    /// <summary>Annotations, null for none.</summary>
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }

    /// <summary>Members that this version does not know; written back as they were.</summary>
    public UnknownMembers Unknown { get; init; } = UnknownMembers.None;

    /// <summary>The best manifest for <paramref name="wanted"/>: the highest variant that it can run, the first of equals. Null when there is none.</summary>
    public Descriptor? Select(Platform wanted) =>
        // Attestations are listed under unknown/unknown and satisfy nothing.
        Platform.Best(Manifests, static manifest => manifest.Platform, wanted) ?? (Manifests is [{ Platform: null } only] ? only : null);
}
