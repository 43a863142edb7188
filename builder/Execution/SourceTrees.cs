using System.Collections.Concurrent;
using System.Collections.Immutable;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Cache.Content;
using SharpBuild.Image;
using SharpBuild.Parser.Ignoring;

namespace SharpBuild.Builder.Execution;

/// <summary>The trees that steps read files from: contexts, each opened once, and the results of other steps. Thread-safe.</summary>
internal sealed class SourceTrees(Store store, BuildOptions options, DockerfileLocation files, BaseImages images) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<ContextSource>> contexts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(Step Source, string Selection), CopyDigest> found = new();

    /// <summary>The files that COPY or ADD takes of one source.</summary>
    public static CopySelection SelectionOf(CopyStep copy, IEnumerable<FilesPart> parts)
    {
        var excludes = copy.Excludes.IsEmpty ? null : IgnoreFile.FromPatterns(copy.Excludes);
        return new CopySelection
        {
            Sources = [.. parts.Select(p => p.Path)],
            Patterns = SourcePatterns.Instance,
            Parents = copy.KeepsParents,
            Exclude = excludes is null ? null : (path, isDirectory) => Judge(excludes, path, isDirectory),
            ExcludePatterns = copy.Excludes,
        };
    }

    /// <summary>The files that a mount shows.</summary>
    public static CopySelection SelectionOf(StepMount mount) => new() { Sources = [mount.Options.Source] };

    /// <summary>The content digest of some files, or null when their source must be made or fetched first.</summary>
    public async Task<Digest?> TryDigestAsync(StepStatus source, CopySelection selection, bool mayWork, CancellationToken cancellationToken)
    {
        if (source.Step is ImageStep image && source.Result is null && mayWork)
        {
            source.Result = await images.FetchAsync(image.Image, progress: null, cancellationToken);
        }

        if (source.Step is not ContextStep && source.Result is not { Pending: null })
        {
            return null;
        }

        using var lease = Open(source);
        var digest = await TreeDigester.DigestAsync(lease.Tree, selection, cancellationToken);
        if (digest.Resolved is not null)
        {
            found[(source.Step, TextOf(selection))] = digest;
        }

        return digest.Digest;
    }

    /// <summary>What <see cref="TryDigestAsync"/> found, so that nobody looks for it again.</summary>
    public ResolvedSelection? TryGetFound(Step source, CopySelection selection) => found.GetValueOrDefault((source, TextOf(selection)))?.Resolved;

    /// <summary>Keeps the names of all files that were looked at in some sources.</summary>
    public void KeepManifests(ImmutableArray<Step> sources)
    {
        foreach (var ((source, _), digest) in found)
        {
            if (sources.Contains(source))
            {
                store.Contexts.PutManifest(digest.Digest, digest.Resolved!);
            }
        }
    }

    /// <summary>Opens the tree of a source.</summary>
    public TreeLease Open(StepStatus source) => source.Step is ContextStep context
        ? new TreeLease(OpenContext(context.ContextName), isShared: true)
        : new TreeLease(new SnapshotSource(store.Layers, store.Contexts, source.Result!.Layers), isShared: false);

    /// <summary>Keeps what was learnt about the contexts.</summary>
    public void Dispose()
    {
        foreach (var context in contexts.Values.Where(c => c.IsValueCreated))
        {
            context.Value.Dispose();
        }
    }

    private static string TextOf(CopySelection selection) => string.Join('\0', [selection.Parents ? "p" : "", .. selection.Sources, "", .. selection.ExcludePatterns]);

    private ContextSource OpenContext(string name) => contexts.GetOrAdd(name, n => new(() => OpenNew(n))).Value;

    private ContextSource OpenNew(string name)
    {
        var isMain = name == ContextStep.Main;
        var directory = isMain ? options.Context : options.BuildContexts[name];
        if (!Directory.Exists(directory))
        {
            throw new BuildException("SB4001", $"the context '{name}' is not a directory: '{directory}'") { Hint = "name a directory that exists" };
        }

        var ignore = isMain ? files.ReadIgnoreFile() : DockerfileLocation.ReadIgnoreFile(directory);
        return ContextSource.Open(store.Contexts, directory, (path, isDirectory) => Judge(ignore, path, isDirectory));
    }

    private static PathVerdict Judge(IgnoreFile ignore, string path, bool isDirectory) =>
        !ignore.IsIgnored(path, isDirectory) ? PathVerdict.Include
        : isDirectory && ignore.MayContainIncluded(path) ? PathVerdict.SkipButDescend
        : PathVerdict.Skip;
}
