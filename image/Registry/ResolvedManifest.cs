namespace SharpBuild.Image.Registry;

/// <summary>A manifest or index as a registry or layout gave it, verified.</summary>
/// <param name="Descriptor">What it is: media type, digest, size.</param>
/// <param name="Bytes">Its exact bytes.</param>
public sealed record ResolvedManifest(Descriptor Descriptor, byte[] Bytes)
{
    /// <summary>Whether it is an index.</summary>
    public bool IsIndex => MediaTypes.IsIndex(Descriptor.MediaType);

    /// <summary>Reads it as a manifest.</summary>
    /// <exception cref="ImageException">It is none.</exception>
    public Manifest ReadManifest() => ImageJson.DeserializeManifest(Bytes);

    /// <summary>Reads it as an index.</summary>
    /// <exception cref="ImageException">It is none.</exception>
    public ImageIndex ReadIndex() => ImageJson.DeserializeIndex(Bytes);
}
