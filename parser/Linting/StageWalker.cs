using System.Collections.Immutable;
using SharpBuild.Parser.Expansion;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Linting;

/// <summary>Walks through stages and keeps the variables as a build does: ARG and ENV in order of appearance.</summary>
internal sealed class StageWalker(
    VariableExpander expander, LintOptions options, Dictionary<string, string> globals, Dictionary<string, string> defaults)
{
    // BuildKit gives a stage a PATH when its base has none.
    private static readonly StageState Fresh = new(
        ImmutableDictionary<string, string>.Empty.Add("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        [],
        HasShell: false,
        HasWorkdir: false);

    private readonly List<StageFacts> stages = [];
    private readonly Dictionary<string, StageFacts> named = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The stages so far.</summary>
    public IReadOnlyList<StageFacts> Stages => stages;

    /// <summary>Walks through the next stage.</summary>
    public void Walk(Stage stage)
    {
        var image = Expansions.TryExpand(expander, stage.From.Image, globals.GetValueOrDefault);
        var name = image?.Value ?? "";
        var parent = named.GetValueOrDefault(name);
        var platform = stage.From.Platform is { } word ? Expansions.TryExpand(expander, word, globals.GetValueOrDefault) : null;
        var known = parent is null && name is not ("" or "scratch") ? options.BaseImage(name, platform?.Value) : null;
        var state = parent?.End ?? Begin(known);
        var instructions = ImmutableArray.CreateBuilder<InstructionFacts>(stage.Instructions.Length);
        foreach (var instruction in stage.Instructions)
        {
            var facts = new InstructionFacts(instruction, Expand(instruction, state), state);
            instructions.Add(facts);
            state = After(facts, state);
        }

        var walked = new StageFacts(
            stage,
            image,
            Expansions.TryExpand(expander, stage.From.Image, defaults.GetValueOrDefault)?.Value,
            platform,
            parent,
            known,
            instructions.ToImmutable())
        {
            End = state,
        };
        stages.Add(walked);
        if (stage.From.Name is { } own)
        {
            named[own.Text] = walked;
        }
    }

    private static StageState Begin(BaseImageFacts? image)
    {
        if (image is null)
        {
            return Fresh;
        }

        var environment = Fresh.Environment.ToBuilder();
        foreach (var pair in image.Environment)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            environment[equals < 0 ? pair : pair[..equals]] = equals < 0 ? "" : pair[(equals + 1)..];
        }

        return Fresh with { Environment = environment.ToImmutable(), HasShell = image.HasShell };
    }

    private ImmutableArray<(Word Word, Expansion.Expansion Result)> Expand(Instruction instruction, StageState state)
    {
        var results = ImmutableArray.CreateBuilder<(Word, Expansion.Expansion)>();
        if (instruction is ArgInstruction arg)
        {
            ExpandDefaults(arg, state, results);
        }

        foreach (var word in ExpandedWords.Of(instruction))
        {
            if (Expansions.TryExpand(expander, word, state.Environment.GetValueOrDefault) is { } result)
            {
                results.Add((word, result));
            }
        }

        foreach (var heredoc in ExpandedWords.HeredocsOf(instruction))
        {
            if (TryExpand(heredoc, state) is { } result)
            {
                results.Add((new(heredoc.Content, heredoc.Span), result));
            }
        }

        return results.ToImmutable();
    }

    // Each default sees the names before it on the same line; a build argument spares it.
    private void ExpandDefaults(ArgInstruction arg, StageState state, ImmutableArray<(Word, Expansion.Expansion)>.Builder results)
    {
        foreach (var declaration in arg.Declarations)
        {
            if (declaration.Default is { } text
                && !options.BuildArguments.ContainsKey(declaration.Name.Text)
                && Expansions.TryExpand(expander, text, state.Environment.GetValueOrDefault) is { } result)
            {
                results.Add((text, result));
            }

            state = Declare(state, declaration);
        }
    }

    private Expansion.Expansion? TryExpand(Heredoc heredoc, StageState state)
    {
        try
        {
            return expander.ExpandHeredoc(heredoc, state.Environment.GetValueOrDefault);
        }
        catch (ExpansionException)
        {
            return null;
        }
    }

    private StageState After(InstructionFacts facts, StageState state) => facts.Instruction switch
    {
        ArgInstruction arg => arg.Declarations.Aggregate(state, Declare),
        EnvInstruction env => state with { Environment = env.Variables.Aggregate(state.Environment, (set, pair) => Set(set, pair, state)) },
        ShellInstruction => state with { HasShell = true },
        WorkdirInstruction => state with { HasWorkdir = true },
        _ => state,
    };

    private ImmutableDictionary<string, string> Set(ImmutableDictionary<string, string> set, KeyValueWord pair, StageState before)
    {
        var name = Expansions.TryExpand(expander, pair.Key, before.Environment.GetValueOrDefault)?.Value ?? pair.Key.Text;
        var value = Expansions.TryExpand(expander, pair.Value, before.Environment.GetValueOrDefault)?.Value ?? "";
        return set.SetItem(name, value);
    }

    // A build argument wins over the default; without either the global ARG of that name counts.
    private StageState Declare(StageState state, ArgDeclaration declaration)
    {
        var name = declaration.Name.Text;
        var value = options.BuildArguments.GetValueOrDefault(name)
            ?? (declaration.Default is { } text
                ? Expansions.TryExpand(expander, text, state.Environment.GetValueOrDefault)?.Value ?? ""
                : globals.GetValueOrDefault(name));
        return state with
        {
            Declared = state.Declared.Add(name),
            Environment = value is null ? state.Environment : state.Environment.SetItem(name, value),
        };
    }
}
