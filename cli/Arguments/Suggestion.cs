namespace SharpBuild.Cli.Arguments;

/// <summary>Finds what the user may have meant.</summary>
internal static class Suggestion
{
    /// <summary>The candidate nearest to <paramref name="word"/>, or null when none is near: more than a third of the letters differ.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        string? best = null;
        var limit = Math.Max(1, word.TrimStart('-').Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            // A short option is never a typo of a long one: `-x` is as near to each letter as to any other.
            if (candidate.Length <= 2 || word.Length <= 2)
            {
                continue;
            }

            var distance = Distance(word, candidate);
            if (distance < limit)
            {
                (best, limit) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>The optimal string alignment distance: insertions, deletions, changes and swaps of neighbours count one each.</summary>
    internal static int Distance(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var before = new int[right.Length + 1];
        var last = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var column = 0; column <= right.Length; column++)
        {
            last[column] = column;
        }

        for (var row = 1; row <= left.Length; row++)
        {
            current[0] = row;
            for (var column = 1; column <= right.Length; column++)
            {
                var change = left[row - 1] == right[column - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(last[column] + 1, current[column - 1] + 1), last[column - 1] + change);
                var swapped = row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1];
                current[column] = swapped ? Math.Min(best, before[column - 2] + 1) : best;
            }

            (before, last, current) = (last, current, before);
        }

        return last[right.Length];
    }
}
