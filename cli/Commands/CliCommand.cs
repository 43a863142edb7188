using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cli.Help;

namespace SharpBuild.Cli.Commands;

/// <summary>One command: its options, and what it does. Made only when it is the one that was asked for.</summary>
internal abstract class CliCommand
{
    private readonly List<OptionSection> sections = [];

    /// <summary>Declares the command.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="synopsis">What follows the name, such as <c>[OPTIONS] SOURCE TARGET</c>.</param>
    /// <param name="summary">What it does, in one sentence.</param>
    protected CliCommand(string name, string synopsis, string summary)
    {
        (Name, Synopsis, Summary) = (name, synopsis, summary);

        // A plain Command, not a RootCommand: that one reads resources and the path of the executable, 9 ms together. The library
        // drops a first word that is the command's own name (`build build`), hence a name that nobody types.
        Symbol = new Command($"sharpbuild:{name}");
    }

    /// <summary>The command's name.</summary>
    public string Name { get; }

    /// <summary>What follows the name.</summary>
    public string Synopsis { get; }

    /// <summary>What it does, in one sentence.</summary>
    public string Summary { get; }

    /// <summary>What System.CommandLine parses by.</summary>
    public Command Symbol { get; }

    /// <summary>The options as help shows them.</summary>
    public IReadOnlyList<OptionSection> Sections => sections;

    /// <summary>Commands to copy.</summary>
    public virtual ImmutableArray<HelpExample> Examples => [];

    /// <summary>Whether what follows the first positional argument belongs to somebody else.</summary>
    public virtual bool StopsAtFirstArgument => false;

    /// <summary>Options of docker's that are known by name and not built yet.</summary>
    public virtual IReadOnlyCollection<string> NotBuilt => [];

    /// <summary>Why a known option cannot be used; null for an option that is not known.</summary>
    public virtual string? WhyNotBuilt(string option) => NotBuilt.Contains(option) ? "is not supported" : null;

    /// <summary>Whether these arguments touch layers or containers, though the words alone did not say so (<see cref="CommandChoice.NeedsRoot"/>).</summary>
    public virtual bool NeedsRoot(ParsedArguments arguments) => false;

    /// <summary>Does it.</summary>
    /// <returns>The exit code.</returns>
    public abstract Task<int> RunAsync(ParsedArguments arguments, CommandHost host);

    /// <summary>Adds the options that every command has; called once, last.</summary>
    public void AddCommonOptions(CommonOptions common)
    {
        Section("Global options");
        foreach (var option in common.All)
        {
            Add(option);
        }
    }

    /// <summary>Starts a section of the help; the options that follow stand in it.</summary>
    protected void Section(string title) => sections.Add(new OptionSection(title, []));

    /// <summary>Declares an option with a value; where it is given more than once, the last counts or all do, as the reader asks.</summary>
    protected Option<string[]> Value(string name, string placeholder, string description) => Add(OptionFactory.Value(name, null, placeholder, description));

    /// <summary>As above, with a short name.</summary>
    protected Option<string[]> Value(string name, string? alias, string placeholder, string description) =>
        Add(OptionFactory.Value(name, alias, placeholder, description));

    /// <summary>Declares an option that is on or off.</summary>
    protected Option<string[]> Flag(string name, string description, string? alias = null) => Add(OptionFactory.Flag(name, alias, description));

    /// <summary>Declares positional arguments.</summary>
    protected Argument<string[]> Positional(string name, int minimum, int maximum)
    {
        // The library cannot read one word into an array: it gets a wide arity, and the number is checked here.
        var argument = new Argument<string[]>(name) { Arity = new ArgumentArity(minimum, Math.Max(maximum, 2)) };
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Count > maximum)
            {
                result.AddError($"unexpected argument '{result.Tokens[maximum].Value}'");
            }
        });
        Symbol.Arguments.Add(argument);
        return argument;
    }

    private Option<string[]> Add(Option<string[]> option)
    {
        if (sections.Count == 0)
        {
            Section("Options");
        }

        Symbol.Options.Add(option);
        sections[^1].Options.Add(option);
        return option;
    }
}
