namespace SharpBuild.MSBuild;

/// <summary>Platforms in the words of .NET and of images.</summary>
internal static class TargetPlatform
{
    /// <summary>What <c>--platform</c> calls a runtime identifier.</summary>
    public static string FromRuntimeIdentifier(string identifier) => $"linux/{Architecture(identifier[(identifier.LastIndexOf('-') + 1)..])}";

    /// <summary>Whether a runtime identifier is for a system whose images we cannot build.</summary>
    public static bool IsForeign(string identifier) =>
        identifier.StartsWith("win", StringComparison.Ordinal) || identifier.StartsWith("osx", StringComparison.Ordinal);

    private static string Architecture(string name) => name switch
    {
        "x64" => "amd64",
        "x86" => "386",
        "arm" => "arm/v7",
        _ => name,
    };
}
