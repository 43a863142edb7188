namespace SharpBuild.Parser;

/// <summary>Finds what a misspelt word was probably meant to be.</summary>
public static class Suggestion
{
    // Two edits, as BuildKit and Terraform: at three, short names begin to resemble each other.
    private const int MaximumDistance = 2;

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
        var limit = MaximumDistance;
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

    private static int Distance(string a, string b, int limit, bool ignoreCase)
    {
        if (limit < 0 || Math.Abs(a.Length - b.Length) > limit)
        {
            return int.MaxValue;
        }

        Span<int> row = stackalloc int[65];
        if (b.Length >= row.Length)
        {
            return int.MaxValue;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (Same(a[i - 1], b[j - 1], ignoreCase) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }

    private static bool Same(char a, char b, bool ignoreCase) =>
        a == b || (ignoreCase && char.ToUpperInvariant(a) == char.ToUpperInvariant(b));
}
