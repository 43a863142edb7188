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

    private bool Run(ReadOnlySpan<char> path)
    {
        var words = (tokens.Length / BitsInWord) + 1;
        var states = words <= 8 ? stackalloc ulong[words] : new ulong[words];
        var next = words <= 8 ? stackalloc ulong[words] : new ulong[words];
        Enter(states, 0);
        foreach (var character in path)
        {
            next.Clear();
            if (!Step(states, next, character))
            {
                return false;
            }

            next.CopyTo(states);
        }

        return Has(states, tokens.Length);
    }

    private bool Step(ReadOnlySpan<ulong> states, Span<ulong> next, char character)
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

    private bool Step(int token, Span<ulong> next, char character)
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

        return string.Create(count - start, (tokens, start), static (span, state) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = state.tokens[state.start + i].Character;
            }
        });
    }
}
