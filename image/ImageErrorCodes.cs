namespace SharpBuild.Image;

/// <summary>The codes of <see cref="ImageException"/>; each has a page in the documentation.</summary>
public static class ImageErrorCodes
{
    /// <summary>An image reference does not follow the rules.</summary>
    public const string InvalidReference = "SB5001";

    /// <summary>A manifest, index or config is not what the specification says.</summary>
    public const string InvalidManifest = "SB5002";

    /// <summary>The image or blob does not exist.</summary>
    public const string NotFound = "SB5003";

    /// <summary>The registry refused the credentials, or there were none.</summary>
    public const string Unauthorized = "SB5004";

    /// <summary>The registry asked to come back later.</summary>
    public const string RateLimited = "SB5005";

    /// <summary>The registry could not be reached.</summary>
    public const string Network = "SB5006";

    /// <summary>Bytes do not have the digest that they were announced with.</summary>
    public const string DigestMismatch = "SB5007";

    /// <summary>There are more or fewer bytes than announced.</summary>
    public const string SizeMismatch = "SB5008";

    /// <summary>The image has nothing for the wanted platform.</summary>
    public const string NoMatchingPlatform = "SB5009";

    /// <summary>A layer or archive is not a valid tar.</summary>
    public const string InvalidTar = "SB5010";

    /// <summary>A layer or archive tries to reach outside its root.</summary>
    public const string UnsafeTar = "SB5011";

    /// <summary>A compression is unknown, damaged, or its library is missing.</summary>
    public const string Compression = "SB5012";

    /// <summary>A credential helper failed, or the credentials file is damaged.</summary>
    public const string Credentials = "SB5013";

    /// <summary>An image archive or layout is not what it should be.</summary>
    public const string InvalidArchive = "SB5014";

    /// <summary>A registry does not speak the protocol.</summary>
    public const string RegistryProtocol = "SB5015";

    /// <summary>Something is larger than is allowed.</summary>
    public const string LimitExceeded = "SB5016";

    /// <summary>The host refused to write or read a file of a layer.</summary>
    public const string FileSystem = "SB5017";
}
