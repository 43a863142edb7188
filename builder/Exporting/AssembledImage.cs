using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Builder.Exporting;

/// <summary>A finished image, before it goes anywhere.</summary>
/// <param name="Config">Its config.</param>
/// <param name="Manifest">Its manifest, with uncompressed layers.</param>
/// <param name="Record">What the store keeps of it.</param>
internal sealed record AssembledImage(ImageConfig Config, Manifest Manifest, ImageRecord Record);
