using System.Collections.Immutable;
using SharpBuild.Builder;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Commands;
using SharpBuild.Cli.Inspecting;
using SharpBuild.Cli.Rendering;
using SharpBuild.Cli.Running;
using SharpBuild.Image;
using SharpBuild.Runtime.Planning;

namespace SharpBuild.Cli.Building;

/// <summary>A build as the command line asked for it.</summary>
/// <param name="Options">What the builder is told; a Dockerfile from standard input is read later.</param>
/// <param name="Progress">How it is shown.</param>
internal sealed record BuildInvocation(BuildOptions Options, ProgressMode Progress)
{
    /// <summary>Whether the Dockerfile comes from standard input.</summary>
    public bool ReadsDockerfileFromInput { get; private init; }

    /// <summary>What is asked for instead of a build, if anything is.</summary>
    public CallOption Call { get; private init; } = new(CallMethod.Build);

    /// <summary>Whether warnings are shown with their lines of the Dockerfile.</summary>
    public bool ShowsDetails { get; private init; }

    /// <summary>The whole path of the Dockerfile; null when it is no file here.</summary>
    public string? DockerfilePath =>
        ReadsDockerfileFromInput || !Path.IsPathRooted(Options.Context) ? null : Options.File ?? Path.Combine(Options.Context, "Dockerfile");

    /// <summary>Whether the image id is all that is printed.</summary>
    public bool IsQuiet { get; private init; }

    /// <summary>Whether to say why steps ran.</summary>
    public bool Explains { get; private init; }

    /// <summary>Whether a failed step is left for a shell.</summary>
    public bool OpensShell { get; private init; }

    /// <summary>What the user should know of the options.</summary>
    public ImmutableArray<string> Warnings { get; private init; } = [];

    /// <summary>Where the image id is written; null for nowhere.</summary>
    public string? IdFile { get; private init; }

    /// <summary>Where the metadata are written; null for nowhere.</summary>
    public string? MetadataFile { get; private init; }

    /// <summary>Understands the arguments of <c>build</c>.</summary>
    /// <param name="command">Whose options were parsed.</param>
    /// <param name="arguments">The words.</param>
    /// <param name="lookup">Reads an environment variable.</param>
    /// <param name="outputIsTerminal">Whether standard output is a terminal, which no archive is written to.</param>
    /// <exception cref="UsageException">A value makes no sense.</exception>
    public static BuildInvocation Read(BuildCommand command, ParsedArguments arguments, Func<string, string?> lookup, bool outputIsTerminal)
    {
        command.GivenAnyway.Check(arguments);
        var context = ContextOption.ReadMain(arguments.Values(command.Context)[0]);
        var file = NullIfEmpty(arguments.Last(command.File));
        var quiet = arguments.Has(command.Quiet);
        var warnings = ImmutableArray.CreateBuilder<string>();
        var buildArguments = WithEpoch(BuildArguments.Read(arguments.All(command.BuildArg), lookup), lookup);
        var options = new BuildOptions
        {
            Context = context,
            File = ContextOption.ReadFile(file, context),
            Target = NullIfEmpty(arguments.Last(command.Target)),
            Tags = [.. arguments.All(command.Tag).Select(ReadTag)],
            BuildArguments = buildArguments,
            Labels = ReadLabels(arguments.All(command.Label)),
            BuildContexts = ContextOption.ReadNamed(arguments.All(command.BuildContext)),
            Network = ReadNetwork(arguments.Last(command.Network)),
            ExtraHosts = [.. arguments.All(command.AddHost).Select(ExtraHost.Parse)],
            ShmSize = arguments.Last(command.ShmSize) is { } size ? SizeText.ParseOrUsual("--shm-size", size) : null,
            Ulimits = [.. arguments.All(command.Ulimit).Select(UlimitText.Parse)],
            CgroupParent = ReadCgroupParent(arguments.Last(command.CgroupParent)),
            Resources = command.Resources.Read(arguments),
            DeviceDirectories = [.. arguments.All(command.DeviceDirectory).Select(Path.GetFullPath)],
            Allowed = AllowOption.ReadAll(arguments.All(command.Allow)),
            Platforms = ReadPlatforms(arguments.All(command.Platform), lookup("DOCKER_DEFAULT_PLATFORM")),
            IsPlatformGiven = arguments.Has(command.Platform) || NullIfEmpty(lookup("DOCKER_DEFAULT_PLATFORM")) is not null,
            NoCache = arguments.Has(command.NoCache) || arguments.Has(command.VerifyReproducible),
            NoCacheStages = [.. arguments.AllSplit(command.NoCacheFilter)],
            KeepCacheMounts = arguments.Has(command.KeepCacheMounts),
            CacheFrom = [.. arguments.All(command.CacheFrom).Select(text => CacheOption.Parse("--cache-from", text))],
            CacheTo = [.. arguments.All(command.CacheTo).Select(text => CacheOption.Parse("--cache-to", text))],
            Pull = arguments.Has(command.Pull),
            Secrets = SecretOption.ReadAll(arguments.All(command.Secret), lookup, warnings.Add),
            Agents = ReadAgents(arguments.All(command.Ssh), context, lookup),
            Annotations = [.. arguments.All(command.Annotation).SelectMany(AnnotationOption.Read)],
            IsReproducible = arguments.Has(command.Reproducible) || arguments.Has(command.VerifyReproducible),
            VerifiesReproducibility = arguments.Has(command.VerifyReproducible),
            Outputs = ReadOutputs(command, arguments, outputIsTerminal),
        };
        return new(options, quiet ? ProgressMode.Quiet : ProgressModes.Read(arguments.Last(command.Progress), lookup("BUILDKIT_PROGRESS")))
        {
            ReadsDockerfileFromInput = file == ContextOption.Input,
            Call = ReadCall(command, arguments),
            ShowsDetails = arguments.Has(command.Debug),
            IsQuiet = quiet,
            Warnings = warnings.ToImmutable(),
            Explains = arguments.Has(command.Explain),
            OpensShell = arguments.Has(command.ShellOnError),
            IdFile = ReadWritten("--iidfile", arguments.Last(command.IdFile)),
            MetadataFile = ReadWritten("--metadata-file", arguments.Last(command.MetadataFile)),
        };
    }

    private static ImmutableDictionary<string, AgentSource> ReadAgents(IReadOnlyList<string> words, string context, Func<string, string?> lookup) =>
        SshOption.ReadAll(words.Count == 0 && ContextOption.NeedsAgent(context) && lookup("SSH_AUTH_SOCK") is not null ? ["default"] : words, lookup);

    private static string? ReadWritten(string option, string? text) => string.IsNullOrEmpty(text) ? null : WrittenFile.Check(option, text);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static CallOption ReadCall(BuildCommand command, ParsedArguments arguments)
    {
        var call = arguments.Has(command.Check) ? new CallOption(CallMethod.Check) : CallOption.Parse(arguments.Last(command.Call) ?? "build");
        return call.Method == CallMethod.Build || !arguments.Has(command.MetadataFile) ? call
            : throw new UsageException("--metadata-file cannot be used with --call, which builds no image");
    }

    private static ImageReference ReadTag(string text)
    {
        if (!ImageReference.TryParse(text, out var reference))
        {
            throw new UsageException($"'{text}' is not a name for an image: write [registry/]name[:tag], in lower case");
        }

        return reference.Digest is null ? reference : throw new UsageException($"'{text}' has a digest, which is only known after the build; use a tag");
    }

    private static ImmutableSortedDictionary<string, string> ReadLabels(IReadOnlyList<string> words)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var (name, value) = CsvFields.Pair(word);
            labels[name] = value ?? "";
        }

        return labels.ToImmutable();
    }

    private static string ReadNetwork(string? text) => text switch
    {
        null or "" => "default",
        "default" or "host" or "none" => text,
        _ => throw new UsageException($"--network: unknown mode '{text}'; use default, host or none"),
    };

    private static string? ReadCgroupParent(string? text) => string.IsNullOrEmpty(text) ? null
        : CgroupPaths.ProblemOf(text) is { } problem ? throw new UsageException($"--cgroup-parent: '{text}' is not a path of a cgroup such as /builds: {problem}")
        : text;

    private static ImmutableArray<Platform> ReadPlatforms(IReadOnlyList<string> words, string? fallback) =>
        words.Count == 0 ? [PlatformText.ReadDefault(fallback)] : [.. PlatformText.ReadAll(words).Distinct()];

    private static ImmutableArray<OutputOptions> ReadOutputs(BuildCommand command, ParsedArguments arguments, bool outputIsTerminal)
    {
        var outputs = ImmutableArray.CreateBuilder<OutputOptions>();
        foreach (var word in arguments.All(command.Output))
        {
            outputs.Add(OutputOption.Parse(word, outputIsTerminal));
        }

        var none = ImmutableSortedDictionary<string, string>.Empty;
        if (arguments.Has(command.Push))
        {
            outputs.Add(new OutputOptions("registry", null, none));
        }

        if (arguments.Has(command.Load))
        {
            outputs.Add(new OutputOptions("docker", null, none));
        }

        return outputs.ToImmutable();
    }

    // As buildx: the environment's is a build argument, unless one was given.
    private static ImmutableDictionary<string, string> WithEpoch(ImmutableDictionary<string, string> arguments, Func<string, string?> lookup)
    {
        const string Name = "SOURCE_DATE_EPOCH";
        return !arguments.ContainsKey(Name) && lookup(Name) is { Length: > 0 } text ? arguments.Add(Name, text) : arguments;
    }
}
