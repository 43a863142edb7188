namespace SharpBuild.Image.Layouts;

/// <summary>Annotations that name the images of a layout.</summary>
public static class LayoutAnnotations
{
    /// <summary>The tag, by the OCI specification.</summary>
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>The whole name, as containerd and Docker write and read it.</summary>
    public const string ContainerdName = "io.containerd.image.name";
}
