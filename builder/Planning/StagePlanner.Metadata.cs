using System.Globalization;
using SharpBuild.Image;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Planning;

/// <content>The instructions that change the config only.</content>
internal sealed partial class StagePlanner
{
    private StageState ApplyArg(ArgInstruction arg)
    {
        var state = State;
        var shown = new List<string>();
        foreach (var declaration in arg.Declarations)
        {
            var name = declaration.Name.Text;
            var value = ValueOf(declaration, state.Variables);
            state = state with { Arguments = state.Arguments.Add((name, value)) };
            if (value is not null)
            {
                state = state with { Variables = state.Variables.Set(name, value) };
            }

            shown.Add(value is null ? name : $"{name}={value}");
        }

        return state.WithHistory($"ARG {string.Join(' ', shown)}");
    }

    // A given argument wins before its default is even expanded: a default such as ${X:?} must not fail then.
    private string? ValueOf(ArgDeclaration declaration, Variables variables)
    {
        var name = declaration.Name.Text;
        return planner.Options.BuildArguments.TryGetValue(name, out var given) ? given
            : declaration.Default is { } word ? Expander.Expand(word, variables)
            : planner.Stages.GlobalArguments[name];
    }

    // One instruction is one change: ENV a=1 b=$a sees the old a.
    private StageState ApplyEnv(EnvInstruction env)
    {
        var pairs = env.Variables.Select(pair => (Name: Expand(pair.Key), Value: Expand(pair.Value))).ToList();
        var state = State;
        foreach (var (name, value) in pairs)
        {
            var environment = Variables.Parse(state.Config.Env).Set(name, value).ToEnvironment();
            state = state.WithConfig(c => c with { Env = environment }) with { Variables = state.Variables.Set(name, value) };
        }

        return state.WithHistory($"ENV {string.Join(' ', pairs.Select(p => $"{p.Name}={p.Value}"))}");
    }

    private StageState ApplyLabel(LabelInstruction label)
    {
        var pairs = label.Labels.Select(pair => (Name: Expand(pair.Key), Value: Expand(pair.Value))).ToList();
        return State
            .WithConfig(c => c with { Labels = pairs.Aggregate(c.Labels, (labels, pair) => labels.SetItem(pair.Name, pair.Value)) })
            .WithHistory($"LABEL {string.Join(' ', pairs.Select(p => $"{p.Name}={p.Value}"))}");
    }

    private StageState ApplyUser(UserInstruction instruction)
    {
        var user = Expand(instruction.User);
        return State.WithConfig(c => c with { User = user }).WithHistory($"USER {user}");
    }

    private StageState ApplyExpose(ExposeInstruction expose)
    {
        var ports = new List<string>();
        foreach (var word in expose.Ports)
        {
            foreach (var port in Expander.ExpandWords(word, State.Variables))
            {
                if (!PortSpec.TryParse(port, out var parsed, out var problem))
                {
                    throw Error(word.Span, "SB1520", problem, "write port[-end][/tcp|udp|sctp]");
                }

                ports.AddRange(parsed.Names);
            }
        }

        ports.Sort(StringComparer.Ordinal); // history shows them so
        return State
            .WithConfig(c => c with { ExposedPorts = c.ExposedPorts.Union(ports) })
            .WithHistory($"EXPOSE {GoText.List(ports)}");
    }

    private StageState ApplyVolume(VolumeInstruction volume)
    {
        var paths = volume.Paths.Select(word => Expand(word) is { Length: > 0 } path ? path : throw Error(word.Span, "SB1521", "VOLUME needs a path, and this one is empty")).ToList();
        return State
            .WithConfig(c => c with { Volumes = c.Volumes.Union(paths) })
            .WithHistory($"VOLUME {GoText.List(paths)}");
    }

    private StageState ApplyCmd(CmdInstruction cmd)
    {
        var arguments = WithShell(cmd.Command);
        hasCommand = true;
        return State
            .WithConfig(c => c with { Cmd = arguments, ArgsEscaped = true })
            .WithHistory($"CMD {GoText.QuotedList(arguments)}");
    }

    // An inherited CMD was made for the inherited entrypoint.
    private StageState ApplyEntrypoint(EntrypointInstruction entrypoint)
    {
        var arguments = WithShell(entrypoint.Command);
        return State
            .WithConfig(c => c with { Entrypoint = arguments, Cmd = hasCommand ? c.Cmd : null })
            .WithHistory($"ENTRYPOINT {GoText.QuotedList(arguments)}");
    }

    private StageState ApplyShell(ShellInstruction shell) =>
        State.WithConfig(c => c with { Shell = shell.Arguments }).WithHistory($"SHELL {GoText.List(shell.Arguments)}");

    private StageState ApplyStopSignal(StopSignalInstruction instruction)
    {
        var signal = Expand(instruction.Signal);
        return SignalName.IsValid(signal)
            ? State.WithConfig(c => c with { StopSignal = signal }).WithHistory($"STOPSIGNAL {signal}")
            : throw Error(instruction.Signal.Span, "SB1522", $"'{signal}' is not a signal", SignalName.Hint(signal) ?? "write a name such as SIGTERM or a number from 1 to 64");
    }

    private StageState ApplyHealthcheck(HealthcheckInstruction instruction)
    {
        var healthcheck = new Healthcheck
        {
            Test = instruction.Command switch
            {
                null => ["NONE"],
                ShellForm shell => ["CMD-SHELL", shell.Text],
                ExecForm exec => ["CMD", .. exec.Arguments],
                _ => throw new System.Diagnostics.UnreachableException(),
            },
            Interval = instruction.Interval ?? TimeSpan.Zero,
            Timeout = instruction.Timeout ?? TimeSpan.Zero,
            StartPeriod = instruction.StartPeriod ?? TimeSpan.Zero,
            StartInterval = instruction.StartInterval ?? TimeSpan.Zero,
            Retries = instruction.Retries ?? 0,
        };
        return State.WithConfig(c => c with { Healthcheck = healthcheck }).WithHistory($"HEALTHCHECK {Describe(healthcheck)}");
    }

    // Go's %+v of the struct.
    private static string Describe(Healthcheck check) => string.Create(CultureInfo.InvariantCulture,
        $"{{Test:{GoText.List(check.Test)} Interval:{GoText.Duration(check.Interval)} Timeout:{GoText.Duration(check.Timeout)} StartPeriod:{GoText.Duration(check.StartPeriod)} StartInterval:{GoText.Duration(check.StartInterval)} Retries:{check.Retries}}}");

    private StageState ApplyOnBuild(OnBuildInstruction trigger) =>
        State.WithConfig(c => c with { OnBuild = c.OnBuild.Add(trigger.TriggerText) });

    private StageState ApplyMaintainer(MaintainerInstruction maintainer) =>
        (State with { Image = State.Image with { Author = maintainer.Name } }).WithHistory($"MAINTAINER {maintainer.Name}");
}
