namespace SharpBuild.Parser.Sources;

/// <summary>One file on a web server.</summary>
/// <param name="Text">The URL.</param>
/// <param name="FileName">The name that ADD gives it: the last part of the URL's path, or <c>__unnamed__</c> when it has none.</param>
public sealed record HttpSource(string Text, string FileName) : RemoteSource(Text)
{
    private const string Unnamed = "__unnamed__";

    // The scheme in lower case only, as BuildKit has it: anything else is a path.
    internal static HttpSource? TryParse(string text) =>
        text.StartsWith("http://", StringComparison.Ordinal) || text.StartsWith("https://", StringComparison.Ordinal)
            ? new(text, LastPart(text))
            : null;

    private static string LastPart(string text)
    {
        var parts = UrlText.Split(text);
        var host = parts.Address.IndexOf("://", StringComparison.Ordinal) + 3;
        var start = parts.Address.IndexOf('/', host);
        if (start < 0 || UrlText.Decode(parts.Address[start..]) is not { } path)
        {
            return Unnamed;
        }

        path = path.TrimEnd('/');
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name is "" or "." ? Unnamed : name;
    }
}
