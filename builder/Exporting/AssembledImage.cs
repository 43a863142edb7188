using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Builder.Exporting;

/// <summary>A finished image, before it goes anywhere.</summary>
/// <param name="Platform">The platform that it was asked for.</param>
/// <param name="Config">Its config.</param>
/// <param name="Manifest">Its manifest, with uncompressed layers, as its index names it.</param>
/// <param name="Record">What the store keeps of it.</param>
internal sealed record AssembledImage(Platform Platform, ImageConfig Config, Descriptor Manifest, ImageRecord Record);
