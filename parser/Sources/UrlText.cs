namespace SharpBuild.Parser.Sources;

/// <summary>The parts of a URL as text. <see cref="Uri"/> would rewrite what git and servers must see as it was written.</summary>
/// <param name="Address">All before <c>?</c> and <c>#</c>.</param>
/// <param name="Query">Between <c>?</c> and <c>#</c>, encoded; empty when there is none.</param>
/// <param name="Fragment">Behind <c>#</c>, encoded; empty when there is none.</param>
internal readonly record struct UrlText(string Address, string Query, string Fragment)
{
    public static UrlText Split(string text)
    {
        var (rest, fragment) = Cut(text, '#');
        var (address, query) = Cut(rest, '?');
        return new(address, query, fragment);
    }

    /// <summary>Splits at the first <paramref name="separator"/>, which is dropped.</summary>
    public static (string Before, string After) Cut(string text, char separator)
    {
        var at = text.IndexOf(separator);
        return at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
    }

    /// <summary>Resolves <c>%41</c>; null when a <c>%</c> is not followed by two hexadecimal digits.</summary>
    public static string? Decode(string text)
    {
        for (var at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
            {
                return null;
            }
        }

        return Uri.UnescapeDataString(text);
    }
}
