using System.Collections.Immutable;
using SharpBuild.Parser.Linting;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Outlining;

/// <summary>Collects what a stage and the stages that it needs can be given; the first to name something describes it.</summary>
/// <param name="stages">All stages of the file.</param>
/// <param name="options">What is given.</param>
/// <param name="globals">The ARGs before the first FROM, each with the names that its default uses.</param>
internal sealed class OutlineCollector(
    IReadOnlyList<StageFacts> stages, LintOptions options, Dictionary<string, (OutlineArgument Argument, ImmutableArray<string> Uses)> globals)
{
    private readonly HashSet<StageFacts> visited = new(ReferenceEqualityComparer.Instance);

    /// <summary>The arguments by name.</summary>
    public Dictionary<string, OutlineArgument> Arguments { get; } = new(StringComparer.Ordinal);

    /// <summary>The secrets by id.</summary>
    public Dictionary<string, OutlineMount> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>The agents by id.</summary>
    public Dictionary<string, OutlineMount> Agents { get; } = new(StringComparer.Ordinal);

    /// <summary>Collects from a stage, then from those that it needs.</summary>
    public void Visit(StageFacts stage)
    {
        if (!visited.Add(stage))
        {
            return;
        }

        for (var i = 0; i < stage.Instructions.Length; i++)
        {
            var after = i + 1 < stage.Instructions.Length ? stage.Instructions[i + 1].Before : stage.End;
            Collect(stage.Instructions[i], after);
        }

        UseAll(stage.Image?.Used ?? []);
        UseAll(stage.Platform?.Used ?? []);
        foreach (var source in Reachability.SourcesOf(stage, stages))
        {
            Visit(source);
        }
    }

    private void Collect(InstructionFacts facts, StageState after)
    {
        switch (facts.Instruction)
        {
            case ArgInstruction arg:
                foreach (var declaration in arg.Declarations)
                {
                    Declare(arg, declaration, after);
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

    // A name alone hands the global ARG of that name on, which stays the one that describes it.
    private void Declare(ArgInstruction arg, ArgDeclaration declaration, StageState after)
    {
        var name = declaration.Name.Text;
        var isGiven = options.BuildArguments.ContainsKey(name);
        if (declaration.Default is null && !isGiven && (globals.ContainsKey(name) || options.PlatformArguments.ContainsKey(name)))
        {
            Use(name);
            return;
        }

        var value = declaration.Default is null && !isGiven ? null : after.Environment.GetValueOrDefault(name);
        Arguments.TryAdd(name, new(name, DocComment.Find(arg, name), value ?? "", arg.Span));
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
