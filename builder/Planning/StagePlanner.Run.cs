using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Planning;

/// <content>RUN.</content>
internal sealed partial class StagePlanner
{
    private const string ScriptDirectory = "/dev/pipes";

    private static readonly string[] ProxyNames = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

    private StageState ApplyRun(RunInstruction run)
    {
        var (arguments, script, summary) = ReadCommand(run.Command);
        var mounts = ReadMounts(run);
        var secrets = mounts.Select(m => m.Options.EnvironmentVariable).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var step = planner.Graph.Add(new RunStep
        {
            Name = Label(run, name => secrets.Contains(name) ? "****" : State.Variables[name], summary),
            Span = Blamed(run),
            IgnoresCache = IgnoresCache,
            Parent = State.Root,
            Arguments = arguments,
            Script = script,
            Environment = WithAgent(State.Variables, mounts).ToEnvironment(),
            ProxyEnvironment = ProxyVariables(),
            WorkingDirectory = State.WorkingDirectory,
            User = State.Config.User ?? "",
            Network = ReadNetwork(run),
            Mounts = mounts,
            ExtraHosts = planner.Options.ExtraHosts,
            IsInsecure = ReadSecurity(run),
            Hostname = planner.Options.BuildArguments.GetValueOrDefault("BUILDKIT_SANDBOX_HOSTNAME") is { Length: > 0 } hostname ? hostname : null,
            ShmSize = planner.Options.ShmSize,
            Ulimits = planner.Options.Ulimits,
            CgroupParent = planner.Options.CgroupParent,
            Devices = ReadDevices(run),
            ForeignPlatform = State.Platform == planner.BuildPlatform ? null : State.Platform,
        });
        return State.WithLayer(step, $"RUN {ArgumentList()}{string.Join(' ', arguments)} # buildkit");
    }

    private (ImmutableArray<string> Arguments, InlinePart? Script, string Summary) ReadCommand(CommandLine command)
    {
        switch (command)
        {
            case ExecForm exec:
                return (exec.Arguments, null, "");
            case ShellForm { Heredocs: [] } shell:
                return ([.. Shell, shell.Text], null, "");
            case ShellForm { Heredocs: [var heredoc] } shell when IsOnlyHeredoc(shell.Text):
                var summary = $" ({Summarize(heredoc.Content)})";
                return heredoc.Content.StartsWith("#!", StringComparison.Ordinal)
                    ? ([.. Shell, $"{ScriptDirectory}/{heredoc.Name}"], new InlinePart(heredoc.Name, heredoc.Content), summary)
                    : ([.. Shell, heredoc.Content], null, summary);
            case ShellForm shell:
                return ([.. Shell, Reassemble(shell)], null, "");
            default:
                throw new UnreachableException($"no rule for {command.GetType().Name}");
        }
    }

    // "<<EOF" with nothing before or after: its text is the script itself.
    private static bool IsOnlyHeredoc(string text)
    {
        var word = text.AsSpan().Trim().TrimStart("0123456789");
        return word.StartsWith("<<") && word[2..].IndexOfAny('<', ' ', '\t') < 0;
    }

    // Anything more is for the shell to understand: it gets the line and the bodies as they stood.
    private static string Reassemble(ShellForm shell)
    {
        var text = new StringBuilder(shell.Text);
        foreach (var heredoc in shell.Heredocs)
        {
            text.Append('\n').Append(heredoc.RawContent).Append(heredoc.Name);
        }

        return text.ToString();
    }

    private static string Summarize(string content)
    {
        var trimmed = content.Trim();
        var end = trimmed.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? trimmed : trimmed[..end].TrimEnd('\r') + "...";
    }

    // History shows the ARGs that were in force: "|2 A=1 B=2 ".
    private string ArgumentList()
    {
        var names = State.Arguments.Select(a => a.Name).Distinct().ToList();
        return names.Count == 0
            ? ""
            : $"|{names.Count} {string.Join(' ', names.Select(name => $"{name}={State.Variables[name] ?? State.Arguments.Last(a => a.Name == name).Value}"))} ";
    }

    private bool ReadSecurity(RunInstruction run) => run.Security switch
    {
        null or { Text: "sandbox" } => false,
        { Text: "insecure" } when planner.Options.Allowed.InsecureSecurity => true,
        var security => throw Error(
            security.Span, "SB1540", "RUN --security=insecure is not allowed in this build", "pass --allow security.insecure if you trust the Dockerfile with this machine"),
    };

    // As with buildx: the whole build may use the host's network when its command line says so, a single step asks for permission.
    private string ReadNetwork(RunInstruction run)
    {
        var network = run.Network?.Text ?? "default";
        if (network == "host" && !planner.Options.Allowed.HostNetwork && planner.Options.Network != "host")
        {
            throw Error(run.Network!.Span, "SB1540", "RUN --network=host is not allowed in this build", "pass --allow network.host, or --network host for all steps");
        }

        return network == "default" ? planner.Options.Network : network;
    }

    private ImmutableArray<StepMount> ReadMounts(RunInstruction run)
    {
        var mounts = ImmutableArray.CreateBuilder<StepMount>(run.Mounts.Length);
        foreach (var word in run.Mounts)
        {
            mounts.Add(ReadMount(word, run, mounts.Count(m => m.Options.Kind == MountKind.Ssh)));
        }

        return mounts.MoveToImmutable();
    }

    // ssh and git find the first agent by this variable, also when there is none: they say so then.
    private static Variables WithAgent(Variables variables, ImmutableArray<StepMount> mounts) =>
        variables["SSH_AUTH_SOCK"] is null && mounts.FirstOrDefault(m => m.Options.Kind == MountKind.Ssh) is { } agent
            ? variables.Set("SSH_AUTH_SOCK", agent.Target)
            : variables;

    private StepMount ReadMount(Word word, RunInstruction run, int agents)
    {
        var options = ParseMount(word);
        var target = ContainerPaths.Resolve(State.WorkingDirectory, options.Target ?? DefaultTarget(options, agents));
        var isKnown = !State.IsBaseUnknown || options.Target?.StartsWith('/') == true;
        if (target == "/" && isKnown && options is not { Kind: MountKind.Secret, Target: null })
        {
            throw Error(
                word.Span,
                "SB1543",
                options.Target is null ? "a mount without a target takes the place of the working directory, which is / here" : "a mount cannot replace the root directory",
                "give it a target below /");
        }

        return new StepMount(options, target, FindMountSource(options, word, run));
    }

    private MountOptions ParseMount(Word word)
    {
        try
        {
            return MountOptions.Parse(word.Text, option => Expander.Expand(new Word(option, word.Span), State.Variables));
        }
        catch (MountSyntaxException exception)
        {
            throw Error(word.Span, "SB1544", exception.Message, exception.Hint);
        }
    }

    private static string DefaultTarget(MountOptions options, int agents) => options.Kind switch
    {
        MountKind.Secret => $"/run/secrets/{options.Id![(options.Id!.LastIndexOf('/') + 1)..]}",
        MountKind.Ssh => $"/run/buildkit/ssh_agent.{agents}",
        _ => "",
    };

    private Step? FindMountSource(MountOptions options, Word word, RunInstruction run) => options switch
    {
        { Kind: MountKind.Tmpfs or MountKind.Secret or MountKind.Ssh } => null,
        { From: { } from } => FindNamedSource(from, options, word, run),
        { Kind: MountKind.Bind } => ForMount(planner.MainContext(), options.Source, run),
        _ => null,
    };

    private Step FindNamedSource(string from, MountOptions options, Word word, RunInstruction run)
    {
        var source = planner.FindSource(planner.Stages.Find(from), from, node, run, word.Span);
        return ForMount(source, options.Source, run);
    }

    // What a mount shows of a local context are the files that are not ignored, owned by root: a copy, keyed by its content.
    private Step ForMount(Step files, string source, RunInstruction run) => files is not ContextStep context ? files : planner.Graph.Add(new CopyStep
    {
        Name = "",
        Span = Blamed(run),
        Parent = planner.Graph.Add(new ScratchStep { Name = "" }),
        Parts = [new FilesPart(context, source)],
        Destination = ContainerPaths.Resolve("/", source),
    });

    // Known without ARG, given to the process in both casings, no part of history or key.
    private ImmutableArray<string> ProxyVariables() =>
    [
        .. from name in ProxyNames
           let value = planner.Options.BuildArguments.FirstOrDefault(a => a.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value
           where value is not null
           from casing in new[] { name, name.ToLowerInvariant() }
           where State.Variables[casing] is null
           select $"{casing}={value}",
    ];
}
