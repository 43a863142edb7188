using System.CommandLine;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Commands;

namespace SharpBuild.Cli.Building;

/// <summary>Options of docker's that scripts give to ask for what is so here anyway. What they ask for besides is refused.</summary>
internal sealed class GivenAnyway
{
    private readonly Option<string[]> attest;
    private readonly Option<string[]>[] attestations;
    private readonly Option<string[]> isolation;

    /// <summary>Declares them.</summary>
    /// <param name="value">Adds an option with a value: name, placeholder, description.</param>
    /// <param name="flag">Adds one that is on or off: name, description.</param>
    public GivenAnyway(Func<string, string, string, Option<string[]>> value, Action<string, string> flag)
    {
        flag("--rm", "Nothing is ever left of a step's container");
        flag("--force-rm", "The same, of one that failed");
        flag("--compress", "The context is sent nowhere");
        attestations =
        [
            value("--provenance", "false", "Attestations are not made yet: false is all that can be asked for"),
            value("--sbom", "false", "The same"),
        ];
        attest = value("--attest", "type=TYPE,disabled=true", "The same");
        isolation = value("--isolation", "default", "There is one way to keep steps apart");
    }

    /// <summary>Checks that no more is asked for.</summary>
    /// <exception cref="UsageException">Something is.</exception>
    public void Check(ParsedArguments arguments)
    {
        foreach (var option in attestations)
        {
            Refuse(option, arguments.All(option), static text => text is "" or "false" or "0" or "f" or "F" or "False" or "FALSE", "attestations are not built yet");
        }

        Refuse(attest, arguments.All(attest), static text => CsvFields.Split(text).Contains("disabled=true"), "attestations are not built yet");
        Refuse(isolation, arguments.All(isolation), static text => text is "" or "default", "it is of Windows");
    }

    private static void Refuse(Option<string[]> option, IReadOnlyList<string> words, Func<string, bool> isGiven, string reason)
    {
        foreach (var word in words)
        {
            if (!isGiven(word))
            {
                throw new UsageException($"{option.Name} {word}: {reason}; {option.HelpName} says what is so anyway");
            }
        }
    }
}
