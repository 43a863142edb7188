using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Cache.Sharing;

/// <summary>Build records in the form in which they leave a store: layers are named by what they contain, not by a name that one store gave them.</summary>
/// <param name="Layers">All layers that some record needs.</param>
/// <param name="Records">The records.</param>
public sealed record SharedCache(ImmutableArray<SharedLayer> Layers, ImmutableArray<SharedRecord> Records)
{
    /// <summary>Cache mounts that travel along.</summary>
    public ImmutableArray<SharedMount> Mounts { get; init; } = [];

    /// <summary>The artifact type of a manifest that carries one.</summary>
    public const string ArtifactType = "application/vnd.sharpbuild.cache.v1";

    /// <summary>The media type of its config, <see cref="SharedCacheJson"/>.</summary>
    public const string ConfigType = "application/vnd.sharpbuild.cache.config.v1+json";

    /// <summary>The member of an image's config that carries the records of the image itself (<c>type=inline</c>).</summary>
    public const string InlineMember = "sharpbuild.cache.v1";
}

/// <summary>A layer of a shared cache.</summary>
/// <param name="DiffId">The digest of its tar.</param>
/// <param name="Blob">The compressed blob; null in an inline cache, where the image's manifest names it.</param>
public sealed record SharedLayer(Digest DiffId, Descriptor? Blob);

/// <summary>A record of a shared cache.</summary>
/// <param name="Key">The key that it is found by.</param>
/// <param name="Layers">The whole snapshot, bottom first, as places in the list of layers.</param>
/// <param name="Created">When the step was run.</param>
/// <param name="Description">The step as people see it.</param>
public sealed record SharedRecord(Digest Key, ImmutableArray<int> Layers, DateTimeOffset Created, string Description)
{
    /// <summary>As <see cref="BuildRecord.Facts"/>.</summary>
    public ImmutableSortedDictionary<string, string> Facts { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>A cache mount of a shared cache.</summary>
/// <param name="Name">What tells it from others, in any store: a digest of its id, mode, owner and seed.</param>
/// <param name="Id">The id that people know it by.</param>
/// <param name="Blob">Its files, as a compressed tar.</param>
public sealed record SharedMount(string Name, string Id, Descriptor Blob);
