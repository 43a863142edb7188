namespace SharpBuild.Image;

/// <summary>The media types of images, OCI's and Docker's schema 2.</summary>
public static class MediaTypes
{
    /// <summary>OCI image index.</summary>
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";

    /// <summary>OCI image manifest.</summary>
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>OCI image config.</summary>
    public const string OciConfig = "application/vnd.oci.image.config.v1+json";

    /// <summary>OCI layer; <c>+gzip</c> or <c>+zstd</c> follows when compressed.</summary>
    public const string OciLayer = "application/vnd.oci.image.layer.v1.tar";

    /// <summary>OCI layer compressed with gzip.</summary>
    public const string OciLayerGzip = OciLayer + "+gzip";

    /// <summary>OCI layer compressed with zstd.</summary>
    public const string OciLayerZstd = OciLayer + "+zstd";

    /// <summary>Docker manifest list.</summary>
    public const string DockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>Docker schema 2 manifest.</summary>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Docker image config.</summary>
    public const string DockerConfig = "application/vnd.docker.container.image.v1+json";

    /// <summary>Docker layer, not compressed.</summary>
    public const string DockerLayer = "application/vnd.docker.image.rootfs.diff.tar";

    /// <summary>Docker layer compressed with gzip.</summary>
    public const string DockerLayerGzip = DockerLayer + ".gzip";

    /// <summary>Docker layer compressed with zstd.</summary>
    public const string DockerLayerZstd = DockerLayer + ".zstd";

    private const string OciForeignLayer = "application/vnd.oci.image.layer.nondistributable.v1.tar";
    private const string DockerForeignLayer = "application/vnd.docker.image.rootfs.foreign.diff.tar";

    /// <summary>OCI's name of a layer's type; any other type as it is.</summary>
    public static string ToOci(string mediaType) => mediaType switch
    {
        DockerLayer => OciLayer,
        DockerLayerGzip => OciLayerGzip,
        DockerLayerZstd => OciLayerZstd,
        _ => mediaType,
    };

    /// <summary>Docker's name of a layer's type; any other type as it is.</summary>
    public static string ToDocker(string mediaType) => mediaType switch
    {
        OciLayer => DockerLayer,
        OciLayerGzip => DockerLayerGzip,
        OciLayerZstd => DockerLayerZstd,
        _ => mediaType,
    };

    /// <summary>Whether it is an index or a manifest list.</summary>
    public static bool IsIndex(string? mediaType) => mediaType is OciIndex or DockerManifestList;

    /// <summary>Whether it is an image manifest.</summary>
    public static bool IsManifest(string? mediaType) => mediaType is OciManifest or DockerManifest;

    /// <summary>Whether it is Docker's rather than OCI's.</summary>
    public static bool IsDocker(string? mediaType) => mediaType?.StartsWith("application/vnd.docker.", StringComparison.Ordinal) == true;

    /// <summary>Whether it is a layer of files, compressed or not.</summary>
    public static bool IsLayer(string? mediaType) => mediaType is not null && (
        mediaType.StartsWith(OciLayer, StringComparison.Ordinal) || mediaType.StartsWith(DockerLayer, StringComparison.Ordinal) || IsForeignLayer(mediaType));

    /// <summary>Whether it is a layer that registries do not distribute.</summary>
    public static bool IsForeignLayer(string? mediaType) => mediaType is not null && (
        mediaType.StartsWith(OciForeignLayer, StringComparison.Ordinal) || mediaType.StartsWith(DockerForeignLayer, StringComparison.Ordinal));
}
