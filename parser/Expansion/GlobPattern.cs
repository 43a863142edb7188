using System.Collections.Immutable;
using System.Text;

namespace SharpBuild.Parser.Expansion;

/// <summary>The patterns of <c>${x#…}</c> and its kin: <c>*</c> and <c>?</c>, a backslash escapes. Neither matches a newline.</summary>
/// <remarks>All tries run side by side, one pass over the value: time is value times pattern, whatever the pattern.</remarks>
internal sealed class GlobPattern
{
    private readonly ImmutableArray<GlobToken> tokens;

    private GlobPattern(ImmutableArray<GlobToken> tokens) => this.tokens = tokens;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="ExpansionException">A backslash stands before something that needs none.</exception>
    public static GlobPattern Parse(string pattern)
    {
        var parsed = ImmutableArray.CreateBuilder<GlobToken>();
        for (var i = 0; i < pattern.Length; i++)
        {
            parsed.Add(pattern[i] switch
            {
                '*' => new(GlobTokenKind.Any, default),
                '?' => new(GlobTokenKind.One, default),
                '\\' => new(GlobTokenKind.Literal, Escaped(pattern, ++i)),
                var character => new(GlobTokenKind.Literal, character),
            });
        }

        return new(parsed.ToImmutable());
    }

    /// <summary>The length of the shortest or longest start of <paramref name="value"/> that matches; null when none does.</summary>
    public int? MatchPrefix(string value, bool isLongest)
    {
        var match = FindFrom(value, 0, isAnchored: true, isLongest);
        return match?.End;
    }

    /// <summary>The length of the shortest or longest end of <paramref name="value"/> that matches; null when none does.</summary>
    public int? MatchSuffix(string value, bool isLongest)
    {
        var characters = value.ToCharArray();
        Array.Reverse(characters);
        return new GlobPattern([.. tokens.Reverse()]).MatchPrefix(new string(characters), isLongest);
    }

    /// <summary>Replaces the first match, or each. A match takes as much as it can.</summary>
    public string Replace(string value, string replacement, bool all)
    {
        var result = new StringBuilder();
        var copied = 0;
        var lastEnd = -1;
        for (var from = 0; from <= value.Length && FindFrom(value, from, isAnchored: false, isLongest: true) is var (start, end);)
        {
            // An empty match right behind another one is not a match of its own.
            if (start < end || start != lastEnd)
            {
                result.Append(value, copied, start - copied).Append(replacement);
                ExpansionEvaluator.ThrowIfTooLong(result.Length);
                copied = lastEnd = end;
                if (!all)
                {
                    break;
                }
            }

            from = start < end ? end : end + 1;
        }

        return result.Append(value, copied, value.Length - copied).ToString();
    }

    private static char Escaped(string pattern, int at) =>
        at < pattern.Length && pattern[at] is '*' or '?' or '\\' or '/' or '}'
            ? pattern[at]
            : throw new ExpansionException(
                $"The pattern \"{pattern}\" has a backslash that escapes nothing.", "Only *, ?, / and } and the backslash itself can be escaped.");

    // starts[i]: the earliest place from which a try has matched the tokens before i; -1 for none.
    private (int Start, int End)? FindFrom(string value, int from, bool isAnchored, bool isLongest)
    {
        var (starts, next) = (new int[tokens.Length + 1], new int[tokens.Length + 1]);
        Array.Fill(starts, -1);
        var best = default((int Start, int End)?);
        for (var at = from; ; at++)
        {
            if (best is null && (!isAnchored || at == from))
            {
                Enter(starts, 0, at);
            }

            best = Better(best, starts[tokens.Length], at);
            if (at == value.Length || (best is not null && !isLongest) || !Step(starts, next, value[at], best?.Start ?? int.MaxValue, best is null && !isAnchored))
            {
                return best;
            }

            (starts, next) = (next, starts);
        }
    }

    private static (int Start, int End)? Better((int Start, int End)? best, int start, int end) =>
        start >= 0 && (best is null || start <= best.Value.Start) ? (start, end) : best;

    // Reads one character in every try that could still beat the best; false when none is left and none will begin.
    private bool Step(int[] starts, int[] next, char character, int bestStart, bool canBegin)
    {
        Array.Fill(next, -1);
        var isAlive = canBegin;
        for (var i = 0; i < tokens.Length; i++)
        {
            if (starts[i] < 0 || starts[i] > bestStart || !tokens[i].Matches(character))
            {
                continue;
            }

            isAlive = true;
            Enter(next, tokens[i].Kind == GlobTokenKind.Any ? i : i + 1, starts[i]);
        }

        return isAlive;
    }

    // Entering a token means entering the ones behind it too while they may match nothing.
    private void Enter(int[] states, int token, int start)
    {
        while (states[token] < 0 || start < states[token])
        {
            states[token] = start;
            if (token == tokens.Length || tokens[token].Kind != GlobTokenKind.Any)
            {
                return;
            }

            token++;
        }
    }
}

/// <summary>What a token of a pattern matches.</summary>
internal enum GlobTokenKind
{
    /// <summary>One given character.</summary>
    Literal,

    /// <summary>Any one character.</summary>
    One,

    /// <summary>Any characters, perhaps none.</summary>
    Any,
}

/// <summary>A token of a pattern.</summary>
internal readonly record struct GlobToken(GlobTokenKind Kind, char Character)
{
    /// <summary>Whether it matches <paramref name="character"/>.</summary>
    public bool Matches(char character) => Kind == GlobTokenKind.Literal ? character == Character : character != '\n';
}
