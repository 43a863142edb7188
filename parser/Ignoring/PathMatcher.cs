using System.Collections.Immutable;
using System.Numerics;

namespace SharpBuild.Parser.Ignoring;

/// <summary>Matches whole paths against one pattern.</summary>
/// <remarks>
/// All ways to match run side by side as bits of a word (an array of words for long patterns): one pass over the path,
/// no backtracking, so no pattern is slow. Literal ends are compared first, which settles most paths.
/// </remarks>
internal sealed class PathMatcher
{
    private const int BitsInWord = 64;
    private const int MostWordsOnStack = 8;

    private readonly ImmutableArray<PathToken> tokens;
    private readonly string prefix;
    private readonly string suffix;

    public PathMatcher(ImmutableArray<PathToken> tokens)
    {
        this.tokens = tokens;
        prefix = Literals(tokens, 0, tokens.Length);
        suffix = prefix.Length == tokens.Length ? "" : Literals(tokens, LastSpecial(tokens) + 1, tokens.Length);
        IsLiteral = prefix.Length == tokens.Length;
    }

    /// <summary>Whether it matches just one path.</summary>
    public bool IsLiteral { get; }

    /// <summary>Whether <paramref name="path"/> matches.</summary>
    public bool Matches(ReadOnlySpan<char> path)
    {
        if (IsLiteral)
        {
            return path.SequenceEqual(prefix);
        }

        return path.StartsWith(prefix, StringComparison.Ordinal)
            && path.EndsWith(suffix, StringComparison.Ordinal)
            && Run(path);
    }

    /// <summary>Whether a path below <paramref name="directory"/> may match.</summary>
    public bool MayMatchBelow(ReadOnlySpan<char> directory)
    {
        var start = Math.Min(prefix.Length, directory.Length);
        if (!directory[..start].SequenceEqual(prefix.AsSpan(0, start)))
        {
            return false;
        }

        var words = (tokens.Length / BitsInWord) + 1;
        var states = words <= MostWordsOnStack ? stackalloc ulong[words] : new ulong[words];
        var next = words <= MostWordsOnStack ? stackalloc ulong[words] : new ulong[words];
        Enter(states, 0);
        if (!Read(ref states, ref next, directory) || !Read(ref states, ref next, "/"))
        {
            return false;
        }

        // The end of the pattern alone would mean that it matches the directory with its slash, which no path has.
        states[tokens.Length / BitsInWord] &= ~(1UL << (tokens.Length % BitsInWord));
        return states.ContainsAnyExcept(0UL);
    }

    /// <summary>Whether <paramref name="path"/> or a directory above it matches: one pass for all of them.</summary>
    public bool Covers(ReadOnlySpan<char> path)
    {
        if (!path.StartsWith(prefix, StringComparison.Ordinal) || IsLiteral)
        {
            return IsLiteral && path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/');
        }

        var words = (tokens.Length / BitsInWord) + 1;
        var states = words <= MostWordsOnStack ? stackalloc ulong[words] : new ulong[words];
        var next = words <= MostWordsOnStack ? stackalloc ulong[words] : new ulong[words];
        Enter(states, 0);
        for (var rest = path; ;)
        {
            var slash = rest.IndexOf('/');
            if (!Read(ref states, ref next, slash < 0 ? rest : rest[..slash]))
            {
                return false;
            }

            if (slash < 0 || Has(states, tokens.Length))
            {
                return Has(states, tokens.Length);
            }

            if (!Read(ref states, ref next, "/"))
            {
                return false;
            }

            rest = rest[(slash + 1)..];
        }
    }

    private bool Run(ReadOnlySpan<char> path)
    {
        var words = (tokens.Length / BitsInWord) + 1;
        var states = words <= MostWordsOnStack ? stackalloc ulong[words] : new ulong[words];
        var next = words <= MostWordsOnStack ? stackalloc ulong[words] : new ulong[words];
        Enter(states, 0);
        return Read(ref states, ref next, path) && Has(states, tokens.Length);
    }

    private bool Read(ref Span<ulong> states, ref Span<ulong> next, ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            int character = text[at];
            if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
            {
                character = char.ConvertToUtf32(text[at], text[++at]);
            }

            next.Clear();
            if (!Step(states, next, character))
            {
                return false;
            }

            var done = states;
            states = next;
            next = done;
        }

        return true;
    }

    private bool Step(ReadOnlySpan<ulong> states, Span<ulong> next, int character)
    {
        var isAlive = false;
        for (var word = 0; word < states.Length; word++)
        {
            for (var bits = states[word]; bits != 0; bits &= bits - 1)
            {
                var token = (word * BitsInWord) + BitOperations.TrailingZeroCount(bits);
                isAlive |= token < tokens.Length && Step(token, next, character);
            }
        }

        return isAlive;
    }

    private bool Step(int token, Span<ulong> next, int character)
    {
        switch (tokens[token].Kind)
        {
            case PathTokenKind.Directories:
                // Inside it anything goes; it ends behind a slash only.
                Set(next, token);
                if (character == '/')
                {
                    Enter(next, token + 1);
                }

                return true;
            case PathTokenKind.ManyInElement or PathTokenKind.Anything when tokens[token].Reads(character):
                Set(next, token);
                Enter(next, token + 1);
                return true;
            case var _ when tokens[token].Reads(character) && !tokens[token].MayBeEmpty:
                Enter(next, token + 1);
                return true;
            default:
                return false;
        }
    }

    private void Enter(Span<ulong> states, int token)
    {
        while (true)
        {
            Set(states, token);
            if (token == tokens.Length || !tokens[token].MayBeEmpty)
            {
                return;
            }

            token++;
        }
    }

    private static void Set(Span<ulong> states, int bit) => states[bit / BitsInWord] |= 1UL << (bit % BitsInWord);

    private static bool Has(ReadOnlySpan<ulong> states, int bit) => (states[bit / BitsInWord] & (1UL << (bit % BitsInWord))) != 0;

    private static int LastSpecial(ImmutableArray<PathToken> tokens)
    {
        var last = tokens.Length - 1;
        while (last >= 0 && tokens[last].Kind == PathTokenKind.Literal)
        {
            last--;
        }

        return last;
    }

    private static string Literals(ImmutableArray<PathToken> tokens, int start, int end)
    {
        var count = start;
        while (count < end && tokens[count].Kind == PathTokenKind.Literal)
        {
            count++;
        }

        return string.Concat(tokens[start..count].Select(static token => TextOf(token.Character)));
    }

    // A file name that is no valid UTF-8 holds halves of pairs.
    private static string TextOf(int character) => character > char.MaxValue ? char.ConvertFromUtf32(character) : ((char)character).ToString();
}
