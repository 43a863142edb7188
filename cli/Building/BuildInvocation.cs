using System.Collections.Immutable;
using SharpBuild.Builder;
using SharpBuild.Cli.Commands;
using SharpBuild.Cli.Rendering;
using SharpBuild.Cli.Running;
using SharpBuild.Image;

namespace SharpBuild.Cli.Building;

/// <summary>A build as the command line asked for it.</summary>
/// <param name="Options">What the builder is told; a Dockerfile from standard input is read later.</param>
/// <param name="Progress">How it is shown.</param>
internal sealed record BuildInvocation(BuildOptions Options, ProgressMode Progress)
{
    /// <summary>Whether the Dockerfile comes from standard input.</summary>
    public bool ReadsDockerfileFromInput { get; private init; }

    /// <summary>Whether the image id is all that is printed.</summary>
    public bool IsQuiet { get; private init; }

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
        var file = arguments.Last(command.File);
        var quiet = arguments.Has(command.Quiet);
        var buildArguments = BuildArguments.Read(arguments.All(command.BuildArg), lookup);
        var options = new BuildOptions
        {
            Context = ReadContext(arguments.Values(command.Context)[0]),
            File = file is null or "-" ? null : LocalPath("--file", file),
            Target = NullIfEmpty(arguments.Last(command.Target)),
            Tags = [.. arguments.All(command.Tag).Select(ReadTag)],
            BuildArguments = buildArguments,
            Labels = ReadLabels(arguments.All(command.Label)),
            BuildContexts = ReadContexts(arguments.All(command.BuildContext)),
            Network = ReadNetwork(arguments.Last(command.Network)),
            ExtraHosts = [.. arguments.All(command.AddHost).Select(ExtraHost.Parse)],
            ShmSize = arguments.Last(command.ShmSize) is { } size ? SizeText.Parse("--shm-size", size) : null,
            Ulimits = [.. arguments.All(command.Ulimit).Select(UlimitText.Parse)],
            CgroupParent = NullIfEmpty(arguments.Last(command.CgroupParent)),
            Resources = command.Resources.Read(arguments),
            Allowed = AllowOption.ReadAll(arguments.All(command.Allow)),
            Platform = ReadPlatform(arguments.Last(command.Platform) ?? lookup("DOCKER_DEFAULT_PLATFORM")),
            NoCache = arguments.Has(command.NoCache) || arguments.Has(command.VerifyReproducible),
            NoCacheStages = [.. arguments.AllSplit(command.NoCacheFilter)],
            Pull = arguments.Has(command.Pull),
            Secrets = SecretOption.ReadAll(arguments.All(command.Secret), lookup),
            Agents = SshOption.ReadAll(arguments.All(command.Ssh), lookup),
            Annotations = [.. arguments.All(command.Annotation).SelectMany(AnnotationOption.Read)],
            IsReproducible = arguments.Has(command.Reproducible) || arguments.Has(command.VerifyReproducible),
            VerifiesReproducibility = arguments.Has(command.VerifyReproducible),
            Outputs = ReadOutputs(command, arguments, outputIsTerminal),
            SourceDateEpoch = ReadEpoch(buildArguments.GetValueOrDefault("SOURCE_DATE_EPOCH") ?? lookup("SOURCE_DATE_EPOCH")),
        };
        return new(options, quiet ? ProgressMode.Quiet : ProgressModes.Read(arguments.Last(command.Progress), lookup("BUILDKIT_PROGRESS")))
        {
            ReadsDockerfileFromInput = file == "-",
            IsQuiet = quiet,
            IdFile = NullIfEmpty(arguments.Last(command.IdFile)),
            MetadataFile = NullIfEmpty(arguments.Last(command.MetadataFile)),
        };
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string ReadContext(string text)
    {
        if (text == "-")
        {
            throw new UsageException("a context from standard input ('-') is not built yet: give a directory");
        }

        if (RemoteContext.IsRemote(text))
        {
            throw new UsageException($"a context from the network ('{text}') is not built yet: fetch it, then give the directory");
        }

        var path = Path.GetFullPath(text);
        return Directory.Exists(path) ? path
            : throw new UsageException(File.Exists(path) ? $"the context '{text}' is a file, not a directory" : $"there is no directory '{text}' to build from");
    }

    private static string LocalPath(string option, string text) =>
        RemoteContext.IsRemote(text) ? throw new UsageException($"{option} from the network ('{text}') is not built yet") : Path.GetFullPath(text);

    private static ImageReference ReadTag(string text)
    {
        if (!ImageReference.TryParse(text, out var reference))
        {
            throw new UsageException($"'{text}' is not a name for an image: write [registry/]name[:tag], in lower case");
        }

        return reference.Digest is null ? reference : throw new UsageException($"'{text}' has a digest: only a finished image has one, give a tag");
    }

    private static ImmutableSortedDictionary<string, string> ReadLabels(IReadOnlyList<string> words)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var (name, value) = Arguments.CsvFields.Pair(word);
            labels[name] = value ?? "";
        }

        return labels.ToImmutable();
    }

    private static ImmutableDictionary<string, string> ReadContexts(IReadOnlyList<string> words)
    {
        var contexts = ImmutableDictionary<string, string>.Empty;
        foreach (var word in words)
        {
            var (name, value) = Arguments.CsvFields.Pair(word);
            if (name.Length == 0 || string.IsNullOrEmpty(value))
            {
                throw new UsageException($"'{word}' is not a build context: write NAME=PATH or NAME=docker-image://REFERENCE");
            }

            contexts = contexts.SetItem(name, ReadNamedContext(name, value));
        }

        return contexts;
    }

    private static string ReadNamedContext(string name, string value)
    {
        if (value.StartsWith("docker-image://", StringComparison.Ordinal))
        {
            return value;
        }

        if (RemoteContext.IsRemote(value))
        {
            throw new UsageException($"build context {name}: '{value[..(value.IndexOf(':') + 1)]}' is not built yet; there are directories and docker-image://");
        }

        var path = Path.GetFullPath(value);
        return Directory.Exists(path) ? path : throw new UsageException($"build context {name}: there is no directory '{value}'");
    }

    private static string ReadNetwork(string? text) => text switch
    {
        null or "" => "default",
        "default" or "host" or "none" => text,
        _ => throw new UsageException($"'{text}' is no network of a build: there are default, host and none"),
    };

    private static Platform ReadPlatform(string? text)
    {
        if (string.IsNullOrEmpty(text) || text == "local")
        {
            return Platform.Host;
        }

        if (text.Contains(','))
        {
            throw new UsageException("building for several platforms at once is not built yet: build for one, --platform linux/amd64");
        }

        try
        {
            return Platform.Parse(text);
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"--platform: {wrong.Message}");
        }
    }

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

    private static long? ReadEpoch(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, null, out var seconds) ? seconds
            : throw new UsageException($"SOURCE_DATE_EPOCH is '{text}': seconds since 1970 are understood, its other forms are not built yet");
    }
}
