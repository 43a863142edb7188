using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>What an imported image says of itself.</summary>
public sealed record RootFileSystemOptions
{
    /// <summary>The platform of its programs.</summary>
    public Platform Platform { get; init; } = Platform.Host;

    /// <summary>The comment in its history.</summary>
    public string Message { get; init; } = "imported root file system";

    /// <summary>Hears of what could not be kept, such as a device in a user namespace.</summary>
    public Action<string>? Notice { get; init; }
}
