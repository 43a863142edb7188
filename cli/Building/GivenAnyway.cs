using System.CommandLine;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Commands;

namespace SharpBuild.Cli.Building;

/// <summary>Docker options accepted for compatibility; they already describe our behaviour. Other values are refused.</summary>
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
        flag("--rm", "No effect: containers of steps are always removed");
        flag("--force-rm", "No effect: so are those of failed steps");
        flag("--compress", "No effect: the context is never sent anywhere");
        attestations =
        [
            value("--provenance", "false", "Attestations are not supported; only false is accepted"),
            value("--sbom", "false", "As --provenance"),
        ];
        attest = value("--attest", "type=TYPE,disabled=true", "Only disabled attestations are accepted");
        isolation = value("--isolation", "default", "Only the default is accepted");
    }

    /// <summary>Checks that no more is asked for.</summary>
    /// <exception cref="UsageException">Something is.</exception>
    public void Check(ParsedArguments arguments)
    {
        foreach (var option in attestations)
        {
            Refuse(option, arguments.All(option), static text => text is "" or "false" or "0" or "f" or "F" or "False" or "FALSE", "attestations are not supported");
        }

        Refuse(attest, arguments.All(attest), static text => CsvFields.Split(text).Contains("disabled=true"), "attestations are not supported");
        Refuse(isolation, arguments.All(isolation), static text => text is "" or "default", "only Windows has isolation modes");
    }

    private static void Refuse(Option<string[]> option, IReadOnlyList<string> words, Func<string, bool> isGiven, string reason)
    {
        foreach (var word in words)
        {
            if (!isGiven(word))
            {
                throw new UsageException($"{option.Name} {word}: {reason}; use {option.HelpName}, or leave the option out");
            }
        }
    }
}
