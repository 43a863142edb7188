namespace SharpBuild.Image.Layers;

/// <summary>Deleted names: OCI's <c>.wh.</c> files in tars, overlayfs' character devices 0:0 and attributes in layer directories.</summary>
internal static class Whiteout
{
    /// <summary>What stands before a deleted name.</summary>
    public static ReadOnlySpan<byte> Prefix => ".wh."u8;

    /// <summary>The name that marks its directory as hiding all below it.</summary>
    public static ReadOnlySpan<byte> Opaque => ".wh..wh..opq"u8;

    /// <summary>What AUFS kept for itself; never part of the tree.</summary>
    public static ReadOnlySpan<byte> MetadataPrefix => ".wh..wh."u8;

    /// <summary>Overlayfs' attributes, in the form that the mount uses.</summary>
    public static ReadOnlySpan<byte> AttributePrefix(bool isUserXattr) => isUserXattr ? "user.overlay."u8 : "trusted.overlay."u8;

    /// <summary>The attribute of an opaque directory, with its ending zero byte.</summary>
    public static ReadOnlySpan<byte> OpaqueAttribute(bool isUserXattr) => isUserXattr ? "user.overlay.opaque\0"u8 : "trusted.overlay.opaque\0"u8;
}
