using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cli.Building;
using SharpBuild.Cli.Help;
using SharpBuild.Cli.Inspecting;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild [build]</c>: the options of <c>docker buildx build</c>.</summary>
internal sealed class BuildCommand : CliCommand
{
    private static readonly string[] Missing =
    [
        "--policy",
        "--builder",
        "--security-opt",
        "--squash",
    ];

    /// <summary>Declares the options.</summary>
#pragma warning disable MA0051 // A list, with a line for each option.
    public BuildCommand()
        : base(CommandTable.Default, "[OPTIONS] CONTEXT", "Builds an image from the Dockerfile in CONTEXT: a directory, a git repository, a tar by URL or through standard input (-).")
    {
        Section("What to build");
        File = Value("--file", "-f", "PATH", "The Dockerfile, '-' for standard input or a URL (CONTEXT/Dockerfile)");
        Target = Value("--target", "STAGE", "Build only this stage and the stages it needs");
        BuildArg = Value("--build-arg", "NAME[=VALUE]", "Set an ARG; without =VALUE, take it from the environment");
        BuildContext = Value("--build-context", "NAME=PLACE", "Use a directory, docker-image://, oci-layout://, git or web URL as NAME in FROM, COPY --from and mounts");
        Platform = Value("--platform", "OS/ARCH[,…]", "Build for these platforms ('local' means this machine's); several produce an index");
        Pull = Flag("--pull", "Always check the registry for newer base images");
        Label = Value("--label", "NAME=VALUE", "Add a label to the image");
        Section("Output");
        Tag = Value("--tag", "-t", "NAME[:TAG]", "Name the image; repeatable");
        Output = Value("--output", "-o", "SPEC", "type=oci|docker|tar|local|image|registry[,dest=PATH][,…]; PATH alone is type=local, - a tar");
        Push = Flag("--push", "Push the image to its registry; short for -o type=registry");
        Load = Flag("--load", "Keep the image in the local store; short for -o type=docker");
        Annotation = Value("--annotation", "[PLACE:]NAME=VALUE", "Annotate the image; PLACE is manifest, manifest-descriptor, index or index-descriptor, optionally with [OS/ARCH]");
        Reproducible = Flag("--reproducible", "Set all times to SOURCE_DATE_EPOCH, else to the context's last commit, else to 1970");
        VerifyReproducible = Flag("--verify-reproducible", "Run each step twice without the cache, and fail if any file differs");
        IdFile = Value("--iidfile", "PATH", "Write the image ID to a file");
        MetadataFile = Value("--metadata-file", "PATH", "Write digests and names to a JSON file");
        Section("RUN steps");
        Network = Value("--network", "MODE", "Network of RUN steps: default, host or none");
        AddHost = Value("--add-host", "HOST=IP", "Add a line to /etc/hosts in RUN steps");
        Secret = Value("--secret", "id=ID[,src=PATH|,env=NAME]", "A secret for RUN --mount=type=secret, git (GIT_AUTH_TOKEN) and ADD (HTTP_AUTH_TOKEN_host); never stored in the image or cache key");
        Ssh = Value("--ssh", "default|ID[=SOCKET|KEY,…]", "An SSH agent or keys for RUN --mount=type=ssh ('default' uses SSH_AUTH_SOCK)");
        Allow = Value("--allow", "RIGHT", "Grant RUN steps an entitlement: network.host, security.insecure or device[=NAME[,alias=NAME]]");
        DeviceDirectory = Value("--cdi-spec-dir", "DIR", "Look for CDI device specifications in DIR; repeatable, the last one wins (/etc/cdi, /var/run/cdi, /etc/buildkit/cdi)");
        ShmSize = Value("--shm-size", "SIZE", "Size of /dev/shm in RUN steps (64m)");
        Ulimit = Value("--ulimit", "NAME=SOFT[:HARD]", "Limit each process of a RUN step, such as nofile=1024");
        CgroupParent = Value("--cgroup-parent", "PATH", "Create the cgroups of RUN steps below this one");
        Resources = new ResourceOptions(Value);
        ShellOnError = Flag("--shell-on-error", "When a RUN step fails, open a shell in its container");
        Section("Cache");
        NoCache = Flag("--no-cache", "Do not use the build cache");
        NoCacheFilter = Value("--no-cache-filter", "STAGE[,STAGE]", "Do not use the build cache for these stages");
        KeepCacheMounts = Flag("--keep-cache-mounts", "With --no-cache, keep the contents of RUN cache mounts");
        CacheFrom = Value("--cache-from", "SPEC", "Also use a shared cache: type=registry,ref=… or type=local,src=DIR; repeatable");
        CacheTo = Value("--cache-to", "SPEC", "Export the build cache: type=registry,ref=…|local,dest=DIR|inline[,mode=max][,mounts=all|ID;ID][,compression=zstd][,ignore-error=true]");
        Explain = Flag("--explain", "Show why each step that ran was not in the cache");
        Section("Inspect instead of building");
        Check = Flag("--check", "Check the Dockerfile; short for --call=check");
        Call = Value("--call", "METHOD[,format=FORMAT]", "check (text, json, sarif, gitlab), outline, targets (text, json) or graph (text, json, mermaid, dot)");
        Section("Progress");
        Progress = Value("--progress", "MODE", "auto, tty, plain, quiet, rawjson or none (BUILDKIT_PROGRESS)");
        Quiet = Flag("--quiet", "Print only the image ID", "-q");
        Debug = Flag("--debug", "Show warnings with the Dockerfile lines they refer to", "-D");
        Section("Accepted for compatibility with docker");
        GivenAnyway = new GivenAnyway(Value, (name, description) => Flag(name, description));
        Context = Positional("CONTEXT", 1, 1);
    }
#pragma warning restore MA0051

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> NotBuilt => Missing;

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
    [
        new("sharpbuild -t hello .", "build ./Dockerfile and name the image hello"),
        new("sharpbuild -f deploy/Dockerfile --target test --build-arg VERSION=1.2 .", "build one stage of another Dockerfile, with an argument"),
        new("sharpbuild -o type=oci,dest=hello.tar .", "write the image to a file instead of the store"),
        new("sharpbuild -t localhost:5000/hello --push .", "build and push"),
        new("sharpbuild run --rm $(sharpbuild -q .)", "-q prints only the image ID"),
    ];

    internal Option<string[]> File { get; }

    internal Option<string[]> Target { get; }

    internal Option<string[]> BuildArg { get; }

    internal Option<string[]> BuildContext { get; }

    internal Option<string[]> Platform { get; }

    internal Option<string[]> Pull { get; }

    internal Option<string[]> Label { get; }

    internal Option<string[]> Tag { get; }

    internal Option<string[]> Output { get; }

    internal Option<string[]> Push { get; }

    internal Option<string[]> Load { get; }

    internal Option<string[]> Annotation { get; }

    internal Option<string[]> Reproducible { get; }

    internal Option<string[]> VerifyReproducible { get; }

    internal Option<string[]> IdFile { get; }

    internal Option<string[]> MetadataFile { get; }

    internal Option<string[]> Network { get; }

    internal Option<string[]> AddHost { get; }

    internal Option<string[]> Secret { get; }

    internal Option<string[]> Ssh { get; }

    internal Option<string[]> Allow { get; }

    internal Option<string[]> DeviceDirectory { get; }

    internal Option<string[]> ShmSize { get; }

    internal Option<string[]> Ulimit { get; }

    internal Option<string[]> CgroupParent { get; }

    internal ResourceOptions Resources { get; }

    internal Option<string[]> ShellOnError { get; }

    internal Option<string[]> NoCache { get; }

    internal Option<string[]> NoCacheFilter { get; }

    internal Option<string[]> KeepCacheMounts { get; }

    internal Option<string[]> CacheFrom { get; }

    internal Option<string[]> CacheTo { get; }

    internal Option<string[]> Explain { get; }

    internal Option<string[]> Check { get; }

    internal Option<string[]> Call { get; }

    internal Option<string[]> Debug { get; }

    internal Option<string[]> Progress { get; }

    internal Option<string[]> Quiet { get; }

    internal GivenAnyway GivenAnyway { get; }

    internal Argument<string[]> Context { get; }

    /// <inheritdoc/>
    /// <remarks>A question about a Dockerfile that has to be fetched is a small build of its own.</remarks>
    public override bool NeedsRoot(ParsedArguments arguments) => ContextOption.IsElsewhere(arguments.Values(Context)[0], arguments.Last(File));

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var invocation = BuildInvocation.Read(this, arguments, host.Lookup, CommandHost.StandardOutputIsTerminal);
        if (invocation.Call.Method == CallMethod.Build)
        {
            return await new BuildSession(host).RunAsync(invocation, arguments);
        }

        var options = invocation.ReadsDockerfileFromInput
            ? invocation.Options with { FileText = await StandardStreams.ReadInputAsync(CancellationToken.None) }
            : invocation.Options;
        return await new Inspection(host).RunAsync(invocation.Call, options, arguments);
    }
}
