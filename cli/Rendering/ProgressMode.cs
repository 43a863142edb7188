using SharpBuild.Parser;

namespace SharpBuild.Cli.Rendering;

/// <summary>How a build is shown.</summary>
internal enum ProgressMode
{
    /// <summary>Live on a terminal, else plain.</summary>
    Auto,

    /// <summary>Live.</summary>
    Terminal,

    /// <summary>One line after the other.</summary>
    Plain,

    /// <summary>Failures only.</summary>
    Quiet,

    /// <summary>One JSON object a line.</summary>
    Json,
}

/// <summary>The names of the modes.</summary>
internal static class ProgressModes
{
    private static readonly string[] Names = ["auto", "tty", "plain", "quiet", "rawjson", "none"];

    /// <summary>Reads the option; the environment's wish counts only when the option leaves it open.</summary>
    public static ProgressMode Read(string? option, string? environment)
    {
        var mode = Parse("--progress", option);
        return mode == ProgressMode.Auto ? Parse("BUILDKIT_PROGRESS", environment) : mode;
    }

    private static ProgressMode Parse(string where, string? text) => text switch
    {
        null or "" or "auto" => ProgressMode.Auto,
        "tty" => ProgressMode.Terminal,
        "plain" => ProgressMode.Plain,
        "quiet" or "none" => ProgressMode.Quiet,
        "rawjson" => ProgressMode.Json,
        _ => throw new UsageException($"{where}: unknown mode '{text}'", Suggestion.Find(text, Names) ?? "plain"),
    };
}
