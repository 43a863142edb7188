using SharpBuild.Builder.Events;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Planning;
using SharpBuild.Builder.Sharing;
using SharpBuild.Cache.Content;
using SharpBuild.Image.Layers;
using SharpBuild.Parser;
using SharpBuild.Parser.Sources;

namespace SharpBuild.Builder;

/// <summary>
/// Brings a context and a Dockerfile here that are not on this machine's disks. That is a small build of its own, before the
/// Dockerfile can be read: its steps are cached like all others.
/// </summary>
internal sealed class ContextLoader(BuildTools tools)
{
    /// <summary>The context that standard input is.</summary>
    public const string Input = "-";

    private const string ContextFile = Planner.RemoteFileName;
    private const string KeepGitArgument = "BUILDKIT_CONTEXT_KEEP_GIT_DIR";

    /// <summary>How many steps progress has seen.</summary>
    public int StepCount { get; private set; }

    private BuildOptions Options => tools.Options;

    /// <summary>Loads what has to be loaded; a directory with a Dockerfile costs nothing here.</summary>
    /// <exception cref="BuildException">There is no context or no Dockerfile, or they cannot be had.</exception>
    public async Task<LoadedContext> LoadAsync(CancellationToken cancellationToken)
    {
        var fetched = await TryFetchDockerfileAsync(cancellationToken);
        if (FindSource() is not { } source)
        {
            return new(fetched is null || Options.FileText is not null ? DockerfileLocation.Find(Options) : fetched, null);
        }

        var files = await RunAsync(graph => graph.Add(source), cancellationToken);
        source.Name = ""; // it was shown; in the graph of the Dockerfile it is there from the start
        if (source is GitStep)
        {
            return new(fetched ?? FindDockerfile(files), graph => graph.Add(source)) { Source = source, CommitTime = Options.IsReproducible ? ReadTime(files) : null };
        }

        if (IsArchive(files, cancellationToken))
        {
            var unpacked = await RunAsync(graph => Unpack(graph, source), cancellationToken);
            return new(fetched ?? FindDockerfile(unpacked), graph => Unpack(graph, source)) { Source = source };
        }

        return FromText(source, files, fetched);
    }

    /// <summary>The time of something from outside: of a commit, of the last change that a server tells, or of the newest file in an archive.</summary>
    /// <param name="source">The step that fetches it.</param>
    /// <param name="what">What it is, for progress.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Seconds since 1970; null when it has no time.</returns>
    /// <exception cref="BuildException">It cannot be had.</exception>
    public async Task<long?> FindTimeAsync(RemoteStep source, string what, CancellationToken cancellationToken)
    {
        var name = $"[internal] resolve {EpochSource.Name} of the {what}";
        var step = source switch
        {
            GitStep git => new GitStep(git.Source with { UsesCommitTime = true }) { Name = name, Span = git.Span },

            // One with a checksum would not ask the server, who knows the time.
            HttpStep http => new HttpStep(http.Source, http.FileName, null) { Name = name, Span = http.Span },
            _ => source,
        };
        var files = await RunAsync(graph => graph.Add(step), cancellationToken);
        switch (step)
        {
            case GitStep:
                return ReadTime(files);
            case HttpStep http:
                if (source is HttpStep { Checksum: not null })
                {
                    await RunAsync(graph => graph.Add(source), cancellationToken);
                }

                return tools.Remote.TryGetModified(http)?.ToUnixTimeSeconds() ?? ReadNewestTime(files, http.FileName, cancellationToken);
            case InputStep input:
                return ReadNewestTime(files, input.FileName, cancellationToken);
            default:
                throw new System.Diagnostics.UnreachableException($"no rule for {step.Kind}");
        }
    }

    private RemoteStep? FindSource()
    {
        if (Options.Context == Input)
        {
            return new InputStep(ContextFile) { Name = "[internal] load build context from standard input" };
        }

        return TryReadRemote(Options.Context) switch
        {
            HttpSource http => new HttpStep(http, ContextFile, null) { Name = $"[internal] load remote build context {http.Text}" },
            GitSource git => new GitStep(Complete(git)) { Name = $"[internal] load git source {git.Text}" },
            _ => null,
        };
    }

    private GitSource Complete(GitSource git) => git with
    {
        KeepsGitDirectory = git.KeepsGitDirectory == true || Options.BuildArguments.GetValueOrDefault(KeepGitArgument) is "1" or "t" or "T" or "true" or "TRUE" or "True",
        UsesCommitTime = git.UsesCommitTime || Options.BuildArguments.GetValueOrDefault(EpochSource.Name) is { Length: > 0 } || Options.SourceDateEpoch is not null || Options.IsReproducible,
    };

    // An absolute path is never a URL; asked first, because most contexts are one.
    private static RemoteSource? TryReadRemote(string text)
    {
        try
        {
            return !Path.IsPathRooted(text) && RemoteSource.TryParseContext(text, out var source) ? source : null;
        }
        catch (SourceSyntaxException problem)
        {
            throw new BuildException("SB4004", $"the context '{UrlLogin.Hide(text)}' is not valid: {problem.Message}", problem) { Hint = problem.Hint };
        }
    }

    private async Task<DockerfileLocation?> TryFetchDockerfileAsync(CancellationToken cancellationToken)
    {
        if (Options.FileText is { } text)
        {
            return DockerfileLocation.FromText(Options.Context, DockerfileLocation.DefaultName, text);
        }

        if (Options.File is not { } file || TryReadRemote(file) is not HttpSource http)
        {
            return null;
        }

        var step = new HttpStep(http, DockerfileLocation.DefaultName, null) { Name = $"[internal] load remote Dockerfile {http.Text}" };
        var files = await RunAsync(graph => graph.Add(step), cancellationToken);
        return DockerfileLocation.FromText(Options.Context, http.FileName, ReadText(files, DockerfileLocation.DefaultName)!);
    }

    private DockerfileLocation FindDockerfile(StepResult files)
    {
        if (Options.File is { } local && Path.IsPathRooted(local))
        {
            return DockerfileLocation.Find(Options with { Context = "/" });
        }

        var name = Options.File ?? DockerfileLocation.DefaultName;
        var text = ReadText(files, name) ?? (Options.File is null ? ReadText(files, "dockerfile") : null);
        return text is null
            ? throw new BuildException("SB4002", $"there is no Dockerfile at '{name}' in the context") { Hint = "use -f to name the Dockerfile" }
            : DockerfileLocation.FromText(Options.Context, Path.GetFileName(name), text);
    }

    // Neither a repository nor an archive: the Dockerfile itself. From the web it is the context's only file, too, as in BuildKit.
    private LoadedContext FromText(RemoteStep source, StepResult files, DockerfileLocation? fetched)
    {
        if (fetched is not null || Options.File is not null)
        {
            throw new BuildException("SB4005", $"the context {Describe()} is a Dockerfile itself, and -f names another") { Hint = "leave out one of them" };
        }

        var content = ReadBytes(files, ContextFile)!;
        if (content.Length == 0)
        {
            throw new BuildException("SB4005", $"the context {Describe()} is empty") { Hint = "send a Dockerfile or a tar" };
        }

        // What is cut short on its way here would be shown line by line as a Dockerfile with errors.
        if (DockerfileText.IsBinary(content))
        {
            throw new BuildException("SB4005", $"the context {Describe()} is neither a Dockerfile nor a whole tar") { Hint = "send it again; a tar may be compressed with gzip, zstd, xz or bzip2" };
        }

        var file = DockerfileLocation.FromText(Options.Context, DockerfileLocation.DefaultName, DockerfileText.Decode(DockerfileLocation.DefaultName, content));
        return new(file, graph => source is InputStep ? graph.Add(new ScratchStep { Name = "" }) : graph.Add(source)) { Source = source };
    }

    private string Describe() => Options.Context == Input ? "from standard input" : UrlLogin.Hide(Options.Context);

    private static CopyStep Unpack(BuildGraph.Builder graph, RemoteStep source) => graph.Add(new CopyStep
    {
        Name = "",
        Parent = graph.Add(new ScratchStep { Name = "" }),
        Parts = [new FilesPart(graph.Add(source), ContextFile, Unpacks: true)],
        Destination = "/",
    });

    private async Task<StepResult> RunAsync(Func<BuildGraph.Builder, Step> add, CancellationToken cancellationToken)
    {
        var graph = new BuildGraph.Builder();
        var target = add(graph);
        using var workshop = new Workshop(tools, new SharedCaches(tools.Events), DockerfileLocation.FromText(Options.Context, "", ""), new SourceText("", ""));
        using var scheduler = workshop.Schedule(graph.Build(), StepCount + 1);
        if (scheduler.Labels is { IsEmpty: false } labels)
        {
            tools.Events.Write(new BuildPlanned(tools.Events.Now, labels));
            StepCount += labels.Length;
        }

        await scheduler.RunAsync([target], needsAll: false, cancellationToken);
        return scheduler[target].Result!;
    }

    private bool IsArchive(StepResult files, CancellationToken cancellationToken)
    {
        using var tree = Open(files);
        using var file = tree.TryOpenFile(ContextFile)!;
        return ArchiveExtractor.IsArchive(file, cancellationToken);
    }

    private string? ReadText(StepResult files, string path) => ReadBytes(files, path) is { } content ? DockerfileText.Decode(path, content) : null;

    private byte[]? ReadBytes(StepResult files, string path)
    {
        using var tree = Open(files);
        using var file = tree.TryOpenFile(path);
        if (file is null)
        {
            return null;
        }

        using var content = DockerfileLocation.ReadBounded(file, path);
        return content.ToArray();
    }

    private long? ReadNewestTime(StepResult files, string name, CancellationToken cancellationToken)
    {
        using var tree = Open(files);
        using var file = tree.TryOpenFile(name);
        return file is null ? null : ArchiveExtractor.FindNewestFile(file, cancellationToken);
    }

    // The checkout has the time of the commit, its root, too; the repository itself may have been collected since.
    private long ReadTime(StepResult files)
    {
        using var tree = Open(files);
        return new DateTimeOffset(File.GetLastWriteTimeUtc(tree.Root)).ToUnixTimeSeconds();
    }

    private SnapshotSource Open(StepResult files) => new(tools.Services.Store.Layers, tools.Services.Store.Contexts, files.Layers);
}
