using System.Buffers;
using System.Text;

namespace SharpBuild.Parser.Sources;

/// <summary>
/// The name and password in a URL. Both are secret, because a token may stand in the place of either; only the user name of SSH is none. A
/// <see cref="RemoteSource"/> is split from its login where it is read, so that messages, keys, records and git's files cannot hold what only the client
/// that connects may see.
/// </summary>
public sealed class UrlLogin
{
    private const string Mask = "xxxxx";
    private static readonly SearchValues<char> AuthorityEnds = SearchValues.Create("/?#\\");
    private static readonly SearchValues<char> WordEnds = SearchValues.Create(" \t\r\n\"'`<>|");
    private static readonly SearchValues<char> AuthorityEndsInText = SearchValues.Create("/?#\\ \t\r\n\"'`<>|");
    private readonly string userInfo;

    private UrlLogin(string userInfo) => this.userInfo = userInfo;

    /// <summary>The value of an <c>Authorization</c> header, for the client that connects.</summary>
    public string ToHeader()
    {
        var (name, password) = UrlText.Cut(userInfo, ':');
        return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.UnescapeDataString(name)}:{Uri.UnescapeDataString(password)}"));
    }

    /// <summary>As it is shown: which of its parts there are.</summary>
    public override string ToString() => userInfo.Contains(':', StringComparison.Ordinal) ? $"{Mask}:{Mask}" : Mask;

    /// <summary>The same text with the login of each URL in it hidden: for what is shown to people or kept.</summary>
    public static string Hide(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var mark = text.IndexOf("://", StringComparison.Ordinal);
        if (mark < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var done = 0;
        for (; mark >= 0; mark = text.IndexOf("://", Math.Max(done, mark + 3), StringComparison.Ordinal))
        {
            if (Find(text, mark, isWhole: false) is var (start, at) && IsSecret(text, mark, text[start..at]))
            {
                result.Append(text, done, start - done).Append(new UrlLogin(text[start..at]));
                done = at;
            }
        }

        return result.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>Splits a URL from its login, null when there is none.</summary>
    /// <exception cref="SourceSyntaxException">Where the login ends cannot be told.</exception>
    internal static (string Url, UrlLogin? Login) Split(string url)
    {
        var mark = url.IndexOf("://", StringComparison.Ordinal);
        if (mark < 0 || Find(url, mark, isWhole: true) is not var (start, at))
        {
            return (url, null);
        }

        var found = url[start..at];
        if (found.AsSpan().ContainsAny('/', '?', '#'))
        {
            throw new SourceSyntaxException("the URL has a password with a character that must be encoded, or a port that is not a number", "write %2F for '/', %3F for '?' and %23 for '#'");
        }

        if (!IsSecret(url, mark, found))
        {
            return (url, null);
        }

        // git and ssh take a password in the URL of SSH for a part of the user's name: without it, it is one.
        var kept = IsSsh(url, mark) ? UrlText.Cut(found, ':').Before + "@" : "";
        return (url[..start] + kept + url[(at + 1)..], new UrlLogin(found));
    }

    // From the first character of the login to its '@'.
    private static (int Start, int At)? Find(string text, int mark, bool isWhole)
    {
        var start = mark + 3;
        while (start < text.Length && text[start] == '/')
        {
            start++;
        }

        var authority = text.AsSpan(start);
        var end = authority.IndexOfAny(isWhole ? AuthorityEnds : AuthorityEndsInText);
        var at = authority[..(end < 0 ? authority.Length : end)].LastIndexOf('@');
        if (at < 0 && end >= 0 && HasNoPort(authority[..end]))
        {
            // A password with a slash that should have been encoded: no program can use it, and no message may show it.
            var word = authority.IndexOfAny(WordEnds) is var stop and >= 0 ? authority[..stop] : authority;
            at = word.LastIndexOf('@');
        }

        return at < 0 ? null : (start, start + at);
    }

    // host:word where a number belongs.
    private static bool HasNoPort(ReadOnlySpan<char> authority) =>
        authority.LastIndexOf(':') is var colon and >= 0 && !authority.EndsWith("]") && authority[(colon + 1)..].ContainsAnyExceptInRange('0', '9');

    private static bool IsSecret(string text, int mark, string userInfo) =>
        userInfo.Length > 0 && (!IsSsh(text, mark) || userInfo.Contains(':', StringComparison.Ordinal));

    private static bool IsSsh(string text, int mark) => text.AsSpan(0, mark).EndsWith("ssh", StringComparison.OrdinalIgnoreCase);
}
