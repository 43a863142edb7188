using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cli.Help;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild completions</c>: the scripts, which call <see cref="CompleteCommand"/> back.</summary>
internal sealed class CompletionsCommand : CliCommand
{
    private const string Bash = """
        _sharpbuild() {
            local IFS=$'\n'
            COMPREPLY=($(sharpbuild __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
        }
        complete -o default -F _sharpbuild sharpbuild

        """;

    private const string Zsh = """
        #compdef sharpbuild
        _sharpbuild() {
            local -a found
            found=("${(@f)$(sharpbuild __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            compadd -a found
            [[ ${#found[1]} -gt 0 ]] || _files
        }
        compdef _sharpbuild sharpbuild

        """;

    private const string Fish = """
        function __sharpbuild_complete
            set -l words (commandline -opc) (commandline -ct)
            sharpbuild __complete -- $words[2..-1] 2>/dev/null
        end
        complete -c sharpbuild -a '(__sharpbuild_complete)'

        """;

    private readonly Argument<string[]> shell;

    /// <summary>Declares it.</summary>
    public CompletionsCommand()
        : base("completions", "bash|zsh|fish", "Prints a script that completes commands and options in a shell.") => shell = Positional("SHELL", 1, 1);

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
    [
        new("source <(sharpbuild completions bash)", "for the current bash session"),
        new("sharpbuild completions fish > ~/.config/fish/completions/sharpbuild.fish", "for all fish sessions"),
    ];

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var name = arguments.Values(shell)[0];
        host.Print(name switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            _ => throw new UsageException($"there are no completions for '{name}'", Suggestion.Find(name, ["bash", "zsh", "fish"]) ?? "bash"),
        });
        return Task.FromResult(ExitCodes.Success);
    }
}
