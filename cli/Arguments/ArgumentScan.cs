using System.CommandLine;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Arguments;

/// <summary>
/// A walk over the words of a command before System.CommandLine reads them. The library takes an unknown option for a positional
/// argument and looks for options behind the image of <c>run</c>; docker does neither.
/// </summary>
/// <param name="Words">What the library is to read.</param>
/// <param name="WantsHelp">Whether <c>--help</c> stands where an option may.</param>
internal readonly record struct ArgumentScan(IReadOnlyList<string> Words, bool WantsHelp)
{
    /// <summary>Checks the name of every option.</summary>
    /// <param name="command">Whose options they are.</param>
    /// <param name="words">The words after the command's name.</param>
    /// <param name="stopAtFirstArgument">Whether all that follows the first positional argument is somebody else's.</param>
    /// <param name="whyNotBuilt">Says what is wrong with an option of docker's that we know of and do not have; null for others.</param>
    /// <exception cref="UsageException">An option is unknown, or not built yet.</exception>
    public static ArgumentScan Run(Command command, ReadOnlySpan<string> words, bool stopAtFirstArgument, Func<string, string?> whyNotBuilt)
    {
        var result = new List<string>(words.Length + 1);
        for (var index = 0; index < words.Length; index++)
        {
            var word = words[index];
            if (word == "--" || (stopAtFirstArgument && !IsOption(word)))
            {
                result.Add("--");
                result.AddRange(word == "--" ? words[(index + 1)..] : words[index..]);
                return new(result, WantsHelp: false);
            }

            if (!IsOption(word))
            {
                result.Add(word);
                continue;
            }

            if (IsHelp(command, word))
            {
                return new(result, WantsHelp: true);
            }

            var takesNext = AddOption(command, word, result, whyNotBuilt);
            if (takesNext && index + 1 < words.Length)
            {
                result.Add(words[++index]);
            }
        }

        return new(result, WantsHelp: false);
    }

    private static bool IsOption(string word) => word.Length > 1 && word[0] == '-';

    private static bool IsHelp(Command command, string word) => word is "--help" or "--help=true" || (word == "-h" && Find(command, word) is null);

    /// <summary>Adds one option word; true when the next word is its value.</summary>
    private static bool AddOption(Command command, string word, List<string> result, Func<string, string?> whyNotBuilt)
    {
        if (!word.StartsWith("--", StringComparison.Ordinal))
        {
            return AddBundle(command, word, result, whyNotBuilt);
        }

        var equals = word.IndexOf('=');
        var name = equals < 0 ? word : word[..equals];
        var option = Find(command, name) ?? throw Unknown(command, name, whyNotBuilt);
        if (equals < 0)
        {
            result.Add(word);
            return !IsFlag(option);
        }

        var value = word[(equals + 1)..];
        if (IsFlag(option))
        {
            AddFlag(option.Name, value, result);
            return false;
        }

        // Two words, because the library would take the word after `--name=` for its value.
        result.Add(name);
        result.Add(value);
        return false;
    }

    private static void AddFlag(string name, string value, List<string> result)
    {
        switch (value)
        {
            case "true" or "1" or "t" or "T" or "TRUE" or "True":
                result.Add(name);
                break;
            case "false" or "0" or "f" or "F" or "FALSE" or "False":
                result.RemoveAll(word => word == name);
                break;
            default:
                throw new UsageException($"option '{name}' is on or off: '{value}' is neither true nor false");
        }
    }

    /// <summary>Adds <c>-it</c>, <c>-fDockerfile</c> or <c>-f</c>: flags may be bundled, the first option with a value takes the rest.</summary>
    private static bool AddBundle(Command command, string word, List<string> result, Func<string, string?> whyNotBuilt)
    {
        for (var index = 1; index < word.Length; index++)
        {
            var name = $"-{word[index]}";
            var option = Find(command, name) ?? throw Unknown(command, name, whyNotBuilt);
            var rest = word.AsSpan(index + 1);
            if (IsFlag(option))
            {
                if (rest is ['=', .. var value])
                {
                    AddFlag(option.Name, value.ToString(), result);
                    return false;
                }

                result.Add(option.Name);
                continue;
            }

            result.Add(option.Name);
            if (rest.IsEmpty)
            {
                return true;
            }

            result.Add((rest[0] == '=' ? rest[1..] : rest).ToString());
            return false;
        }

        return false;
    }

    private static UsageException Unknown(Command command, string name, Func<string, string?> whyNotBuilt) =>
        whyNotBuilt(name) is { } reason
            ? new UsageException($"option '{name}' {reason}")
            : new UsageException($"unknown option '{name}'", name.Length > 2 ? Suggestion.Find(name, Names(command)) : null);

    private static IEnumerable<string> Names(Command command)
    {
        foreach (var option in command.Options)
        {
            yield return option.Name;
        }

        yield return "--help";
    }

    private static Option? Find(Command command, string name)
    {
        foreach (var option in command.Options)
        {
            if (option.Name == name || option.Aliases.Contains(name))
            {
                return option;
            }
        }

        return null;
    }

    private static bool IsFlag(Option option) => option.Arity.MaximumNumberOfValues == 0;
}
