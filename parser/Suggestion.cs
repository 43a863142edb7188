namespace SharpBuild.Parser;

/// <summary>Finds what a misspelt word was probably meant to be.</summary>
public static class Suggestion
{
    // Two edits, as BuildKit and Terraform, but never more than half of the word: BAR is not meant to be ARG.
    private const int MaximumDistance = 2;
    private const int LongestWord = 64;

    /// <summary>The candidate nearest to <paramref name="word"/>, or null when none is near or one is equal.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="candidates">What could have been meant; the first of equally near ones wins.</param>
    /// <param name="ignoreCase">Whether case counts as no difference.</param>
    public static string? Find(string word, IEnumerable<string> candidates, bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(candidates);
        var comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var nearest = default(string);
        var limit = Math.Min(MaximumDistance, word.Length / 2);
        foreach (var candidate in candidates)
        {
            if (string.Equals(candidate, word, comparison))
            {
                return null;
            }

            if (Distance(word, candidate, limit, ignoreCase) is var distance && distance <= limit)
            {
                nearest = candidate;
                limit = distance - 1;
            }
        }

        return nearest;
    }

    /// <summary>The words <c>Did you mean X?</c>, or null.</summary>
    public static string? Hint(string word, IEnumerable<string> candidates, bool ignoreCase = false) =>
        Find(word, candidates, ignoreCase) is { } found ? $"Did you mean {found}?" : null;

    // Edits are insertions, deletions, substitutions and swaps of neighbours: RNU is one edit from RUN.
    private static int Distance(string a, string b, int limit, bool ignoreCase)
    {
        if (limit < 0 || Math.Abs(a.Length - b.Length) > limit || b.Length > LongestWord)
        {
            return int.MaxValue;
        }

        Span<int> rows = stackalloc int[3 * (LongestWord + 1)];
        var width = b.Length + 1;
        for (var j = 0; j < width; j++)
        {
            rows[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var row = rows.Slice(i % 3 * width, width);
            var above = rows.Slice((i + 2) % 3 * width, width);
            var twoAbove = rows.Slice((i + 1) % 3 * width, width);
            row[0] = i;
            for (var j = 1; j < width; j++)
            {
                var substituted = above[j - 1] + (Same(a[i - 1], b[j - 1], ignoreCase) ? 0 : 1);
                row[j] = Math.Min(substituted, Math.Min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2], ignoreCase) && Same(a[i - 2], b[j - 1], ignoreCase))
                {
                    row[j] = Math.Min(row[j], twoAbove[j - 2] + 1);
                }
            }
        }

        return rows[(a.Length % 3 * width) + b.Length];
    }

    private static bool Same(char a, char b, bool ignoreCase) =>
        a == b || (ignoreCase && char.ToUpperInvariant(a) == char.ToUpperInvariant(b));
}
