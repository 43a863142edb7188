using System.CommandLine;

namespace SharpBuild.Cli.Commands;

/// <summary>
/// Makes options. All have one type: values are read as the words they were (docker's rule is that the last of several counts), and a
/// generic type over <c>bool</c> or <c>int</c> from another assembly is JIT-compiled at each start.
/// </summary>
internal static class OptionFactory
{
    // The library counts words, so any number that no command line reaches will do.
    private const int Many = 100_000;

    /// <summary>An option with a value.</summary>
    public static Option<string[]> Value(string name, string? alias, string placeholder, string description) =>
        Make(name, alias, new ArgumentArity(1, Many), placeholder, description);

    /// <summary>An option without one.</summary>
    public static Option<string[]> Flag(string name, string? alias, string description) =>
        Make(name, alias, ArgumentArity.Zero, null, description);

    private static Option<string[]> Make(string name, string? alias, ArgumentArity arity, string? placeholder, string description)
    {
        var option = alias is null ? new Option<string[]>(name) : new Option<string[]>(name, alias);
        option.Arity = arity;
        option.HelpName = placeholder;
        option.Description = description;
        return option;
    }
}
