using System.Collections.Immutable;
using SharpBuild.Parser.Linting;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Outlining;

/// <summary>
/// Collects what stages can be given; the first stage to name something describes it, with the last of its
/// instructions that does.
/// </summary>
/// <param name="options">What is given.</param>
/// <param name="globals">The ARGs before the first FROM.</param>
internal sealed class OutlineCollector(LintOptions options, Dictionary<string, GlobalArgument> globals)
{
    /// <summary>The arguments by name.</summary>
    public Dictionary<string, OutlineArgument> Arguments { get; } = new(StringComparer.Ordinal);

    /// <summary>The secrets by id.</summary>
    public Dictionary<string, OutlineMount> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>The agents by id.</summary>
    public Dictionary<string, OutlineMount> Agents { get; } = new(StringComparer.Ordinal);

    /// <summary>Collects from one more stage.</summary>
    public void Collect(StageFacts stage)
    {
        var own = new Dictionary<string, OutlineArgument>(StringComparer.Ordinal);
        for (var i = 0; i < stage.Instructions.Length; i++)
        {
            var after = i + 1 < stage.Instructions.Length ? stage.Instructions[i + 1].Before : stage.End;
            Collect(stage.Instructions[i], after, own);
        }

        foreach (var (name, argument) in own)
        {
            Arguments.TryAdd(name, argument);
        }

        UseAll(stage.Image?.Used ?? []);
        UseAll(stage.Platform?.Used ?? []);
    }

    private void Collect(InstructionFacts facts, StageState after, Dictionary<string, OutlineArgument> own)
    {
        switch (facts.Instruction)
        {
            case ArgInstruction arg:
                foreach (var declaration in arg.Declarations)
                {
                    Declare(arg, declaration, after, own);
                }

                break;
            case RunInstruction run:
                foreach (var mount in run.Mounts)
                {
                    Mount(run, facts.Expansions.FirstOrDefault(e => ReferenceEquals(e.Word, mount)).Result.Value ?? mount.Text);
                }

                break;
        }
    }

    // A name alone hands the value of the global ARG of that name on, which then stays the one that describes it.
    private void Declare(ArgInstruction arg, ArgDeclaration declaration, StageState after, Dictionary<string, OutlineArgument> own)
    {
        var name = declaration.Name.Text;
        var isGiven = options.BuildArguments.ContainsKey(name);
        if (declaration.Default is null && !isGiven && (globals.GetValueOrDefault(name) is { HasValue: true } || options.PlatformArguments.ContainsKey(name)))
        {
            Use(name);
            return;
        }

        var value = declaration.Default is null && !isGiven ? null : after.Environment.GetValueOrDefault(name);
        own[name] = new(name, DocComment.Find(arg, name), value ?? "", arg.Span);
    }

    private void UseAll(ImmutableArray<string> names)
    {
        foreach (var name in names)
        {
            Use(name);
        }
    }

    private void Use(string name)
    {
        if (globals.TryGetValue(name, out var found) && Arguments.TryAdd(name, found.Argument))
        {
            UseAll(found.Uses);
        }
    }

    // One that cannot be read is the build's to report.
    private void Mount(RunInstruction run, string text)
    {
        try
        {
            var mount = MountOptions.Parse(text);
            var found = mount.Kind switch { MountKind.Secret => Secrets, MountKind.Ssh => Agents, _ => null };
            var id = mount.Id ?? (mount.Kind == MountKind.Ssh ? "default" : mount.Target?[(mount.Target.LastIndexOf('/') + 1)..]);
            if (id is not null)
            {
                found?.TryAdd(id, new(id, mount.IsRequired, run.Span));
            }
        }
        catch (MountSyntaxException)
        {
        }
    }
}
