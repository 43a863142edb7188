using System.CommandLine;

namespace SharpBuild.Cli.Commands;

/// <summary>What the user gave, as words.</summary>
/// <param name="result">The parsed command line.</param>
/// <param name="common">The options of all commands.</param>
internal sealed class ParsedArguments(ParseResult result, CommonOptions common)
{
    /// <summary>The options of all commands.</summary>
    public CommonOptions Common { get; } = common;

    /// <summary>The value of an option; where it was given more than once, the last; null when it was not given.</summary>
    public string? Last(Option option) => result.GetResult(option)?.Tokens is [.., var last] ? last.Value : null;

    /// <summary>All values of an option, in order.</summary>
    public IReadOnlyList<string> All(Option option) => Values(result.GetResult(option)?.Tokens);

    /// <summary>All values of an option where each may be a comma-separated list.</summary>
    public IEnumerable<string> AllSplit(Option option)
    {
        foreach (var value in All(option))
        {
            foreach (var part in value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                yield return part;
            }
        }
    }

    /// <summary>Whether a flag was given.</summary>
    public bool Has(Option option) => result.GetResult(option) is not null;

    /// <summary>The positional arguments.</summary>
    public IReadOnlyList<string> Values(Argument argument) => Values(result.GetResult(argument)?.Tokens);

    private static string[] Values(IReadOnlyList<System.CommandLine.Parsing.Token>? tokens)
    {
        if (tokens is null or { Count: 0 })
        {
            return [];
        }

        var values = new string[tokens.Count];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = tokens[index].Value;
        }

        return values;
    }
}
