namespace SharpBuild.Cache.Content;

/// <summary>Path patterns of COPY: Go's <c>filepath.Match</c>, where <c>*</c> never crosses a slash; with <c>**</c> for <c>--parents</c>.</summary>
internal static class GlobPattern
{
    /// <summary>Whether a text is a pattern rather than a plain path.</summary>
    public static bool IsPattern(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '*' or '?' or '[':
                    return true;
                case '\\':
                    i++;
                    break;
            }
        }

        return false;
    }

    /// <summary>Whether every class is closed and not empty, and every backslash has something to escape.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> pattern)
    {
        while (!pattern.IsEmpty)
        {
            var first = pattern[0];
            pattern = pattern[1..];
            if ((first == '\\' && pattern.IsEmpty) || (first == '[' && !TakeClass(ref pattern)))
            {
                return false;
            }

            pattern = first == '\\' ? pattern[1..] : pattern;
        }

        return true;
    }

    /// <summary>Whether a whole path matches.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path, bool doubleStar) => Match(pattern, path, doubleStar, isPrefix: false);

    /// <summary>Whether something below a directory may match.</summary>
    public static bool MayMatchBelow(ReadOnlySpan<char> pattern, string directory) => Match(pattern, directory + "/", doubleStar: true, isPrefix: true);

    private static bool Match(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, bool doubleStar, bool isPrefix)
    {
        while (pattern.Length > 0)
        {
            if (isPrefix && text.IsEmpty)
            {
                return true;
            }

            if (pattern[0] == '*')
            {
                return doubleStar && pattern.StartsWith("**") ? MatchAnyDepth(pattern[2..], text, isPrefix) : MatchStar(pattern[1..], text, doubleStar, isPrefix);
            }

            if (text.IsEmpty || !MatchOne(ref pattern, ref text))
            {
                return false;
            }
        }

        return text.IsEmpty;
    }

    private static bool MatchStar(ReadOnlySpan<char> rest, ReadOnlySpan<char> text, bool doubleStar, bool isPrefix)
    {
        for (var i = 0; ; i++)
        {
            if (Match(rest, text[i..], doubleStar, isPrefix))
            {
                return true;
            }

            if (i == text.Length || text[i] == '/')
            {
                return false;
            }
        }
    }

    // "**" alone takes all that is left; "**/" takes any number of directories, also none.
    private static bool MatchAnyDepth(ReadOnlySpan<char> rest, ReadOnlySpan<char> text, bool isPrefix)
    {
        if (isPrefix || rest.IsEmpty)
        {
            return true;
        }

        var wholeNames = rest[0] == '/';
        var next = wholeNames ? rest[1..] : rest;
        for (var i = 0; i <= text.Length; i++)
        {
            if ((!wholeNames || i == 0 || text[i - 1] == '/') && Match(next, text[i..], doubleStar: true, isPrefix: false))
            {
                return true;
            }
        }

        return false;
    }

    private static bool MatchOne(ref ReadOnlySpan<char> pattern, ref ReadOnlySpan<char> text)
    {
        switch (pattern[0])
        {
            case '?':
                if (text[0] == '/')
                {
                    return false;
                }

                pattern = pattern[1..];
                text = text[(char.IsHighSurrogate(text[0]) && text.Length > 1 ? 2 : 1)..];
                return true;
            case '[':
                return MatchClass(ref pattern, ref text);
            case '\\' when pattern.Length > 1:
                pattern = pattern[1..];
                break;
        }

        var equal = pattern[0] == text[0];
        pattern = pattern[1..];
        text = text[1..];
        return equal;
    }

    private static bool MatchClass(ref ReadOnlySpan<char> pattern, ref ReadOnlySpan<char> text)
    {
        var rest = pattern[1..];
        var negated = rest.StartsWith("^");
        rest = negated ? rest[1..] : rest;
        var matched = false;
        for (var count = 0; ; count++)
        {
            if (rest.StartsWith("]") && count > 0)
            {
                break;
            }

            if (!TakeRange(ref rest, out var low, out var high))
            {
                return false; // Go: a malformed pattern matches nothing.
            }

            matched |= text[0] >= low && text[0] <= high;
        }

        pattern = rest[1..];
        text = text[1..];
        return matched != negated;
    }

    private static bool TakeClass(ref ReadOnlySpan<char> rest)
    {
        rest = rest.StartsWith("^") ? rest[1..] : rest;
        do
        {
            if (!TakeRange(ref rest, out _, out _))
            {
                return false;
            }
        }
        while (!rest.StartsWith("]"));

        rest = rest[1..];
        return true;
    }

    private static bool TakeRange(ref ReadOnlySpan<char> rest, out char low, out char high)
    {
        high = '\0';
        if (!TakeCharacter(ref rest, out low))
        {
            return false;
        }

        high = low;
        if (!rest.StartsWith("-"))
        {
            return true;
        }

        rest = rest[1..];
        return TakeCharacter(ref rest, out high);
    }

    private static bool TakeCharacter(ref ReadOnlySpan<char> rest, out char character)
    {
        character = '\0';
        if (rest.IsEmpty || rest[0] is '-' or ']')
        {
            return false;
        }

        rest = rest[0] == '\\' ? rest[1..] : rest;
        if (rest.IsEmpty)
        {
            return false;
        }

        character = rest[0];
        rest = rest[1..];
        return !rest.IsEmpty;
    }
}
