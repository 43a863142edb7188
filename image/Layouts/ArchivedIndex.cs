namespace SharpBuild.Image.Layouts;

/// <summary>An index in a layout or archive that holds the platforms of an image together.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Bytes">Its exact bytes; made here where the layout lists the manifests of a name without an index of their own.</param>
public sealed record ArchivedIndex(Digest Digest, ReadOnlyMemory<byte> Bytes);
