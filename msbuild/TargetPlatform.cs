namespace SharpBuild.MSBuild;

/// <summary>Platforms in the words of .NET and of images.</summary>
internal static class TargetPlatform
{
    /// <summary>What <c>--platform</c> calls a runtime identifier; empty for an empty one.</summary>
    public static string FromRuntimeIdentifier(string identifier) =>
        identifier.Length == 0 ? "" : $"linux/{Architecture(identifier[(identifier.LastIndexOf('-') + 1)..])}";

    private static string Architecture(string name) => name switch
    {
        "x64" => "amd64",
        "x86" => "386",
        "arm" => "arm/v7",
        _ => name,
    };
}
