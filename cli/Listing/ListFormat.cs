using SharpBuild.Parser;

namespace SharpBuild.Cli.Listing;

/// <summary>What <c>--format</c> of a list may be.</summary>
internal enum ListFormat
{
    /// <summary>A table for people.</summary>
    Table,

    /// <summary>One JSON object a line.</summary>
    Json,
}

/// <summary>The names of the formats.</summary>
internal static class ListFormats
{
    /// <summary>Reads the option.</summary>
    public static ListFormat Parse(string? text) => text switch
    {
        null or "" or "table" => ListFormat.Table,
        "json" or "{{json .}}" => ListFormat.Json,
        _ when text.Contains("{{") => throw new UsageException("Go templates are not supported; use --format json and a tool such as jq"),
        _ => throw new UsageException($"unknown format '{text}'", Suggestion.Find(text, ["table", "json"]) ?? "json"),
    };
}
