using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>Images for several platforms in the form in which they leave the store together.</summary>
/// <param name="Images">The images.</param>
/// <param name="IndexBytes">The exact bytes of the index that names them.</param>
/// <param name="Descriptor">Its digest and size.</param>
public sealed record PublishedIndex(ImmutableArray<PublishedImage> Images, ReadOnlyMemory<byte> IndexBytes, Descriptor Descriptor);
