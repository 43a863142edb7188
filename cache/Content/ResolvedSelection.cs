using System.Collections.Immutable;

namespace SharpBuild.Cache.Content;

/// <summary>The files that a selection was found to name, with their status at that moment.</summary>
public sealed class ResolvedSelection
{
    internal ResolvedSelection(CopySelection selection, ImmutableArray<SourceMatch> matches) => (Selection, Matches) = (selection, matches);

    /// <summary>What was asked for.</summary>
    public CopySelection Selection { get; }

    /// <summary>How many files and directories were found.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var match in Matches)
            {
                count += match.Node.CountAll();
            }

            return count;
        }
    }

    internal ImmutableArray<SourceMatch> Matches { get; }
}
