using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Builder.Exporting;

/// <summary>A finished image, before it goes anywhere.</summary>
/// <param name="Platform">The platform that it was asked for.</param>
/// <param name="Config">Its config.</param>
/// <param name="Manifest">Its manifest, with uncompressed layers.</param>
/// <param name="Record">What the store keeps of it.</param>
/// <param name="DescriptorAnnotations">What whoever names its manifest says of it; null for nothing.</param>
internal sealed record AssembledImage(
    Platform Platform, ImageConfig Config, Manifest Manifest, ImageRecord Record, ImmutableSortedDictionary<string, string>? DescriptorAnnotations);
