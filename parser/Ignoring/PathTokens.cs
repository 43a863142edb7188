using System.Collections.Immutable;

namespace SharpBuild.Parser.Ignoring;

/// <summary>Reads path patterns in the syntax of Go's <c>filepath.Match</c>, with or without <c>**</c>.</summary>
internal static class PathTokens
{
    /// <summary>Reads a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="allowsDoubleStar">Whether <c>**</c> crosses directories; else it is <c>*</c>.</param>
    /// <exception cref="PatternSyntaxException">A class is never closed, or a backslash ends the pattern.</exception>
    public static ImmutableArray<PathToken> Parse(string pattern, bool allowsDoubleStar)
    {
        var tokens = ImmutableArray.CreateBuilder<PathToken>(pattern.Length);
        for (var at = 0; at < pattern.Length;)
        {
            tokens.Add(ReadToken(pattern, ref at, allowsDoubleStar));
        }

        return tokens.ToImmutable();
    }

    private static PathToken ReadToken(string pattern, ref int at, bool allowsDoubleStar)
    {
        switch (pattern[at])
        {
            case '*':
                return ReadStar(pattern, ref at, allowsDoubleStar);
            case '?':
                at++;
                return new(PathTokenKind.OneInElement);
            case '[':
                return ReadClass(pattern, ref at);
            default:
                return new(PathTokenKind.Literal, ReadCharacter(pattern, ref at));
        }
    }

    private static PathToken ReadStar(string pattern, ref int at, bool allowsDoubleStar)
    {
        at++;
        if (!allowsDoubleStar || at == pattern.Length || pattern[at] != '*')
        {
            return new(PathTokenKind.ManyInElement);
        }

        // "**/" and "**" before anything else mean the same: any directories.
        at++;
        at += at < pattern.Length && pattern[at] == '/' ? 1 : 0;
        return new(at == pattern.Length ? PathTokenKind.Anything : PathTokenKind.Directories);
    }

    private static PathToken ReadClass(string pattern, ref int at)
    {
        at++;
        var isNegated = at < pattern.Length && pattern[at] == '^';
        at += isNegated ? 1 : 0;
        var ranges = ImmutableArray.CreateBuilder<(int, int)>();
        while (at < pattern.Length && (pattern[at] != ']' || ranges.Count == 0))
        {
            var low = ReadClassCharacter(pattern, ref at);
            var high = low;
            if (at < pattern.Length && pattern[at] == '-')
            {
                at++;
                high = ReadClassCharacter(pattern, ref at);
            }

            ranges.Add((low, high));
        }

        return at++ < pattern.Length
            ? new(PathTokenKind.Class, default, ranges.ToImmutable(), isNegated)
            : throw new PatternSyntaxException(pattern, "has a [ without its ]");
    }

    private static int ReadClassCharacter(string pattern, ref int at) =>
        at < pattern.Length && pattern[at] is not ('-' or ']')
            ? ReadCharacter(pattern, ref at)
            : throw new PatternSyntaxException(pattern, "has a malformed class in [ ]");

    private static int ReadCharacter(string pattern, ref int at)
    {
        if (pattern[at] == '\\')
        {
            at++;
        }

        if (at == pattern.Length)
        {
            throw new PatternSyntaxException(pattern, "ends with a backslash that escapes nothing");
        }

        var isPair = char.IsHighSurrogate(pattern[at]) && at + 1 < pattern.Length && char.IsLowSurrogate(pattern[at + 1]);
        var character = isPair ? char.ConvertToUtf32(pattern[at], pattern[at + 1]) : pattern[at];
        at += isPair ? 2 : 1;
        return character;
    }
}
