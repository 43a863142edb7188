using System.Collections.Immutable;
using SharpBuild.Parser.Ignoring;
using SharpBuild.Parser.Sources;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Planning;

/// <content>The instructions that write files: COPY, ADD, WORKDIR.</content>
internal sealed partial class StagePlanner
{
    private StageState ApplyWorkdir(WorkdirInstruction instruction)
    {
        var expanded = Expand(instruction.Path);
        var path = ContainerPaths.Resolve(State.WorkingDirectory, expanded);
        var label = Label(instruction);

        // Config and history have an absolute path as it is written.
        var shown = expanded.StartsWith('/') ? expanded : path;
        var state = State.WithConfig(c => c with { WorkingDir = shown });
        if (path == "/")
        {
            return state.WithHistory($"WORKDIR {shown}");
        }

        var step = planner.Graph.Add(new MakeDirectoryStep(State.Root, path, State.Config.User ?? "")
        {
            Name = label,
            Span = Blamed(instruction),
            IgnoresCache = IgnoresCache,
            Time = planner.Options.SourceDateEpoch is { } epoch ? DateTimeOffset.FromUnixTimeSeconds(epoch) : null,
        });
        return state.WithLayer(step, $"WORKDIR {shown}");
    }

    private StageState ApplyCopy(CopyInstruction copy)
    {
        var source = copy.From is { } word ? planner.FindSource(planner.Stages.FindSource(word), word.Text, node, copy, word.Span) : null;
        return AddCopy(copy, copy.Sources, copy.Destination, new FileOptions(copy.Chown, copy.Chmod, copy.IsLink, copy.KeepsParents, copy.Excludes), ReadPart);

        FilesPart ReadPart(Word written, string path) => TryReadRemote(written, path) is null
            ? new FilesPart(source ?? planner.MainContext(), path)
            : throw Error(written.Span, "SB1532", $"COPY takes files of the context, a stage or an image, not '{UrlLogin.Hide(path)}'", "use ADD, which fetches them");
    }

    private StageState AddCopy(Instruction instruction, ImmutableArray<CopySource> sources, Word destination, FileOptions options, Func<Word, string, FilesPart> readPart)
    {
        // Paths come first and inline files after them, whatever their order on the line, as BuildKit does.
        var label = Label(instruction);
        var paths = sources.OfType<PathSource>().Select(s => (s.Path, Text: Expand(s.Path))).ToList();
        var inlines = sources.OfType<HeredocSource>().Select(s => new InlinePart(s.Heredoc.Name, Expander.Expand(s.Heredoc, State.Variables))).ToList();
        var target = Expand(destination);
        var chown = options.Chown is { } owner ? Expand(owner) : "";
        var chmod = options.Chmod is { } mode ? Expand(mode) : "";
        var step = planner.Graph.Add(new CopyStep
        {
            Parts = [.. paths.Select(path => readPart(path.Path, path.Text)), .. inlines],
            Name = label,
            Span = Blamed(instruction),
            IgnoresCache = IgnoresCache,
            Parent = State.Root,
            Destination = ContainerPaths.ResolveDestination(State.WorkingDirectory, target),
            Chown = chown.Length > 0 ? chown : null,
            Chmod = chmod.Length > 0 ? ReadMode(chmod, options.Chmod!) : null,
            ChmodText = chmod,
            KeepsParents = options.KeepsParents,
            IsLink = options.IsLink && chmod.Length == 0,
            Excludes = [.. options.Excludes.Select(ReadExclude)],
        });
        var flags = $"{(options.KeepsParents ? " --parents" : "")}{(chown.Length > 0 ? $" --chown={chown}" : "")}{(chmod.Length > 0 ? $" --chmod={chmod}" : "")}";
        var shown = string.Concat(paths.Select(p => " " + UrlLogin.Hide(p.Text))) + string.Concat(inlines.Select(i => " <<" + i.Name));
        return State.WithLayer(step, $"{instruction.Keyword}{flags}{shown} {target} # buildkit");
    }

    private RemoteSource? TryReadRemote(Word word, string text)
    {
        try
        {
            return RemoteSource.TryParse(text, out var source) ? source : null;
        }
        catch (SourceSyntaxException problem)
        {
            throw Error(word.Span, "SB1534", problem.Message, problem.Hint);
        }
    }

    private ChmodSpec ReadMode(string text, Word word) => ChmodSpec.TryParse(text, out var mode)
        ? mode
        : throw Error(word.Span, "SB1533", $"'{text}' is not a mode", "write an octal number from 0 to 7777, or a symbolic mode such as u=rwX,go=rX");

    private string ReadExclude(Word word)
    {
        try
        {
            IgnoreFile.FromPatterns([word.Text]);
            return word.Text;
        }
        catch (PatternSyntaxException exception)
        {
            throw Error(word.Span, "SB1536", exception.Message.TrimEnd('.'), "write [[] for a bracket that stands for itself");
        }
    }

    private sealed record FileOptions(Word? Chown, Word? Chmod, bool IsLink, bool KeepsParents, ImmutableArray<Word> Excludes);
}
