using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cache.Space;

namespace SharpBuild.Cli.Commands;

/// <summary>The values of <c>--filter</c> and of sizes, for <c>du</c> and <c>prune</c>.</summary>
internal static class UsageFilters
{
    /// <summary>Reads all filters.</summary>
    public static ImmutableArray<UsageFilter> Read(ParsedArguments arguments, Option<string[]> option, TimeProvider clock)
    {
        try
        {
            // Several in one word, with commas between, mean the same as several options.
            return [.. arguments.AllSplit(option).Select(text => UsageFilter.Parse(text, clock.GetUtcNow()))];
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"--filter: {wrong.Message}");
        }
    }

    /// <summary>Reads a size; 0 when it was not given.</summary>
    public static long Size(ParsedArguments arguments, Option<string[]> option, long diskSize)
    {
        try
        {
            return arguments.Last(option) is { } text ? StorageSize.Parse(text).Of(diskSize) : 0;
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"{option.Name}: {wrong.Message}");
        }
    }
}
