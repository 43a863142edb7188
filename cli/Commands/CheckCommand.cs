using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Building;
using SharpBuild.Cli.Help;
using SharpBuild.Cli.Inspecting;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild check</c>: the build checks alone.</summary>
internal sealed class CheckCommand : CliCommand
{
    private readonly Option<string[]> file;
    private readonly Option<string[]> target;
    private readonly Option<string[]> buildArg;
    private readonly Option<string[]> platform;
    private readonly Option<string[]> format;
    private readonly Argument<string[]> place;

    /// <summary>Declares it.</summary>
    public CheckCommand()
        : base("check", "[OPTIONS] [CONTEXT | DOCKERFILE]", "Checks a Dockerfile without building it: every stage, or what --target needs. The exit code is 1 if there are findings.")
    {
        file = Value("--file", "-f", "PATH", "The Dockerfile, '-' for standard input (CONTEXT/Dockerfile)");
        target = Value("--target", "STAGE", "Check only this stage and the stages it needs");
        buildArg = Value("--build-arg", "NAME[=VALUE]", "Set an ARG; one that no ARG declares is reported");
        platform = Value("--platform", "OS/ARCH", "Check for this platform");
        format = Value("--format", "FORMAT", "text, json (buildx's), sarif (2.1.0) or gitlab (Code Quality)");
        place = Positional("CONTEXT", 0, 1);
    }

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
    [
        new("sharpbuild check", "check ./Dockerfile"),
        new("sharpbuild check --format sarif deploy > checks.sarif", "for code scanning on GitHub and similar"),
        new("sharpbuild check --format gitlab > code-quality.json", "for GitLab merge requests"),
        new("sharpbuild check --build-arg BUILDKIT_DOCKERFILE_CHECK=skip=all", "only errors"),
    ];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var call = new CallOption(CallMethod.Check, CallOption.CheckFormat(CallMethod.Check, arguments.Last(format) ?? CallOption.Text));
        var (named, where) = (arguments.Last(file), arguments.Values(place) is [var word] ? word : null);
        var options = await DockerfileChoice.ReadAsync(named, where, CancellationToken.None);
        return await new Inspection(host).RunAsync(
            call,
            options with
            {
                Target = arguments.Last(target) is { Length: > 0 } stage ? stage : null,
                BuildArguments = BuildArguments.Read(arguments.All(buildArg), host.Lookup),
                Platform = PlatformText.TryRead(arguments.Last(platform)) ?? PlatformText.ReadDefault(host.Lookup("DOCKER_DEFAULT_PLATFORM")),
            },
            arguments,
            DockerfileChoice.NamesContext(named, where));
    }
}
