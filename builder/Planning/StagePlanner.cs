using System.Collections.Immutable;
using System.Diagnostics;
using SharpBuild.Parser;
using SharpBuild.Parser.Sources;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Planning;

/// <summary>Applies the instructions of one stage, one after the other, to its state.</summary>
internal sealed partial class StagePlanner
{
    private readonly Planner planner;
    private readonly StageNode node;
    private readonly int total;
    private int triggersLeft;
    private bool isTrigger;
    private int number;
    private bool hasCommand;

    public StagePlanner(Planner planner, StageNode node, StageState start, int total, int triggers)
    {
        (this.planner, this.node, this.total, triggersLeft) = (planner, node, total, triggers);
        State = start;
        if (node.Base is null && start.Root is ImageStep { Name: "" } image)
        {
            image.Name = Label($"FROM {image.Image.Reference}", Variables.Empty);
        }
        else if (node.Base is null && start.Root is ImageStep)
        {
            number++; // the same image is shown once, but counts here too
        }
        else if (node.Base is null && node.BaseName != "scratch" && start.Root is not ScratchStep)
        {
            number++; // files of a named context
        }
    }

    public StageState State { get; private set; }

    private Expander Expander => planner.Expander;

    private bool IgnoresCache => planner.Options.NoCache || (node.Name is not null && planner.Options.NoCacheStages.Contains(node.Name, StringComparer.OrdinalIgnoreCase));

    public void Apply(Instruction instruction)
    {
        isTrigger = triggersLeft-- > 0;
        try
        {
            State = Next(instruction);
        }
        catch (DockerfileException exception) when (isTrigger && exception.Errors is [var error, ..])
        {
            // Its own place is one in a text that stands in another file, or nowhere any more.
            throw Error(node.Stage.From.Span, error.Code, $"the ONBUILD trigger '{instruction.Text}': {error.Message}", error.Hint);
        }
    }

    private StageState Next(Instruction instruction) => instruction switch
    {
        ArgInstruction arg => ApplyArg(arg),
        EnvInstruction env => ApplyEnv(env),
        LabelInstruction label => ApplyLabel(label),
        RunInstruction run => ApplyRun(run),
        CopyInstruction copy => ApplyCopy(copy),
        AddInstruction add => ApplyAdd(add),
        WorkdirInstruction workdir => ApplyWorkdir(workdir),
        UserInstruction user => ApplyUser(user),
        ExposeInstruction expose => ApplyExpose(expose),
        VolumeInstruction volume => ApplyVolume(volume),
        CmdInstruction cmd => ApplyCmd(cmd),
        EntrypointInstruction entrypoint => ApplyEntrypoint(entrypoint),
        ShellInstruction shell => ApplyShell(shell),
        StopSignalInstruction signal => ApplyStopSignal(signal),
        HealthcheckInstruction healthcheck => ApplyHealthcheck(healthcheck),
        OnBuildInstruction trigger => ApplyOnBuild(trigger),
        MaintainerInstruction maintainer => ApplyMaintainer(maintainer),
        _ => throw new UnreachableException($"no rule for {instruction.Keyword}"),
    };

    /// <summary>What is to blame when an instruction fails: a trigger stands in another file, so it is the FROM that brought it.</summary>
    private SourceSpan Blamed(Instruction instruction) => isTrigger ? node.Stage.From.Span : instruction.Span;

    private string Expand(Word word) => Expander.Expand(word, State.Variables);

    private DockerfileException Error(SourceSpan span, string code, string message, string? hint = null) => Expander.Error(span, code, message, hint);

    /// <summary>The step's name as progress shows it, such as <c>[build 2/5] RUN make</c>.</summary>
    private string Label(string text, Variables variables)
    {
        number++;
        var platform = planner.ShowsPlatform ? PlatformPrefix.Of(State.Platform, variables) + " " : "";
        var stage = node.DisplayName.Length > 0 ? node.DisplayName + " " : "";
        var width = total.ToString().Length;
        return $"[{platform}{stage}{number.ToString().PadLeft(width)}/{total}] {(isTrigger ? "ONBUILD " : "")}{UrlLogin.Hide(text)}";
    }

    private string Label(Instruction instruction) => Label(instruction, name => State.Variables[name]);

    // The keyword is shown in upper case however it is written, and variables with their values.
    private string Label(Instruction instruction, Func<string, string?> lookup, string summary = "")
    {
        var text = instruction.Text + summary;
        var end = text.AsSpan().IndexOfAny(' ', '\t') is >= 0 and var blank ? blank : text.Length;
        return Label(text[..end].ToUpperInvariant() + Expander.ForDisplay(text[end..], instruction is RunInstruction, lookup), State.Variables);
    }

    private ImmutableArray<string> WithShell(CommandLine command) => command switch
    {
        ExecForm exec => exec.Arguments,
        ShellForm shell => [.. Shell, shell.Text],
        _ => throw new UnreachableException($"no rule for {command.GetType().Name}"),
    };

    private ImmutableArray<string> Shell => State.Config.Shell is { IsDefaultOrEmpty: false } shell ? shell : ["/bin/sh", "-c"];
}
