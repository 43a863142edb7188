using System.Collections.Immutable;

namespace SharpBuild.Image;

/// <summary>Points at a blob: what it is, its digest and size.</summary>
public sealed record Descriptor
{
    /// <summary>What the blob is.</summary>
    public required string MediaType { get; init; }

    /// <summary>The digest of the blob.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The size of the blob in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>The platform that a manifest is for.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Where else the blob may be had.</summary>
    public ImmutableArray<string> Urls { get; init; } = [];

    /// <summary>Annotations, null for none.</summary>
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }

    /// <summary>What kind of artifact the manifest is that this points at.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Members that this version does not know; written back as they were.</summary>
    public UnknownMembers Unknown { get; init; } = UnknownMembers.None;
}
