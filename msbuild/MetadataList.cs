namespace SharpBuild.MSBuild;

/// <summary>Lists in metadata: separated by semicolons, as everywhere in MSBuild; <c>%3B</c> is one within an entry.</summary>
internal static class MetadataList
{
    /// <summary>The entries, trimmed, without empty ones.</summary>
    public static IEnumerable<string> Split(string list) =>
        list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(entry => entry.Replace("%3B", ";", StringComparison.OrdinalIgnoreCase));

    /// <summary>Keeps the semicolons of a value from being separators.</summary>
    public static string Escape(string value) => value.Replace(";", "%3B");
}
