using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Builder.Exporting;

/// <summary>A finished image, before it goes anywhere.</summary>
/// <param name="Config">Its config.</param>
/// <param name="Manifest">Its manifest, with uncompressed layers.</param>
/// <param name="Record">What the store keeps of it.</param>
/// <param name="DescriptorAnnotations">What whoever names its manifest says of it; null for nothing.</param>
internal sealed record AssembledImage(
    ImageConfig Config, Manifest Manifest, ImageRecord Record, ImmutableSortedDictionary<string, string>? DescriptorAnnotations);
