using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>An image in the form in which it leaves the store.</summary>
/// <param name="Manifest">The manifest, with compressed layers.</param>
/// <param name="ManifestBytes">Its exact bytes.</param>
/// <param name="Descriptor">Its digest and size.</param>
public sealed record PublishedImage(Manifest Manifest, ReadOnlyMemory<byte> ManifestBytes, Descriptor Descriptor);
