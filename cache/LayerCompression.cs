using SharpBuild.Image.Compression;

namespace SharpBuild.Cache;

/// <summary>How layers are compressed when an image leaves the store.</summary>
/// <param name="Codec">The compression.</param>
/// <param name="Level">The level in the codec's own scale, null for its default.</param>
/// <param name="IsForced">Whether layers that were pulled with another compression are compressed anew (<c>force-compression</c>).</param>
public sealed record LayerCompression(IBlobCodec Codec, int? Level, bool IsForced = false);
