using SharpBuild.Builder.Fetching;
using SharpBuild.Builder.Planning;
using SharpBuild.Builder.Sharing;
using SharpBuild.Cache;
using SharpBuild.Cache.Content;
using SharpBuild.Image;

namespace SharpBuild.Builder.Execution;

/// <summary>
/// Computes what identifies a step's result. The root that a step builds on counts by its key; files that it reads from
/// elsewhere (the context, another stage) count by content, so that a change that does not touch them changes nothing.
/// </summary>
internal sealed class StepKeys(SourceTrees trees, RemoteFiles remote, BuildRecords records, SharedCaches caches)
{
    /// <summary>How the names of parts begin whose value is the digest of files.</summary>
    public const string FilesPrefix = "files ";

    private const string ContentKey = "content key";

    /// <summary>The key, or null when it takes a source that must be built first.</summary>
    /// <param name="step">The step.</param>
    /// <param name="statusOf">What is known of its inputs.</param>
    /// <param name="mayWork">Whether a base image may be fetched to look into it.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<Digest?> TryComputeAsync(Step step, Func<Step, StepStatus> statusOf, bool mayWork, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case ScratchStep or ImageStep:
                return step.Definition;
            case RemoteStep source:
                return remote.TryGetKey(source);
            case ContextStep:
                return null; // has no result of its own: its files count where they are read
            case MakeDirectoryStep mkdir:
                return statusOf(mkdir.Parent).Key is { } parent ? Combine(statusOf(mkdir), parent) : null;
            case RunStep { Mounts.IsEmpty: true } run:
                return statusOf(run.Parent).Key is { } root ? Combine(statusOf(run), root) : null;
            default:
                return statusOf(step.Inputs[0]).Key is null ? null : await ReadAsync(step, statusOf, mayWork, cancellationToken);
        }
    }

    /// <summary>Remembers the key of a step whose sources are all known by their own keys, so that the next build need not look into them.</summary>
    public void Remember(Step step, Func<Step, StepStatus> statusOf, Digest key, StepResult result)
    {
        foreach (var record in TryDefine(step, statusOf, key, result))
        {
            records.Put(record);
        }
    }

    /// <summary>The record by which the key of a step is found without looking into its sources; none when it must be looked into.</summary>
    public static IEnumerable<BuildRecord> TryDefine(Step step, Func<Step, StepStatus> statusOf, Digest key, StepResult result) =>
        DefinitionKey(step, statusOf) is { } definition && definition != key
            ? [new BuildRecord(definition, result.Layers, result.Created, step.Name, []) { Facts = Facts(key) }]
            : [];

    /// <summary>Keeps the names of the files that a step read, so that the next one can be told which of them changed.</summary>
    public void RememberFiles(Step step) => trees.KeepManifests(step.Inputs);

    /// <summary>The name of the part for the files of a COPY.</summary>
    public static string FilesPart(CopySelection selection) => FilesPrefix + string.Join(' ', selection.Sources);

    /// <summary>The parts of a step's key, for people.</summary>
    public static CacheKeyBuilder Describe(Step step, Digest parent)
    {
        var key = new CacheKeyBuilder(step.Kind);
        key.Add("parent", parent);
        switch (step)
        {
            case CopyStep copy:
                copy.DescribeOptions(key);
                break;
            case RunStep run:
                run.DescribeProcess(key);
                break;
            default:
                step.Describe(key);
                break;
        }

        return key;
    }

    private static System.Collections.Immutable.ImmutableSortedDictionary<string, string> Facts(Digest key) =>
        System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add(ContentKey, key.ToString());

    private static Digest Combine(StepStatus status, Digest parent)
    {
        using var key = Describe(status.Step, parent);
        status.Parts = key.Parts;
        return key.ToDigest();
    }

    private async Task<Digest?> ReadAsync(Step step, Func<Step, StepStatus> statusOf, bool mayWork, CancellationToken cancellationToken)
    {
        if (DefinitionKey(step, statusOf) is { } definition && (records.TryGet(definition)?.Facts ?? caches.TryGet(definition)?.Shared.Facts)?.GetValueOrDefault(ContentKey) is { } known)
        {
            return Digest.Parse(known);
        }

        using var key = Describe(step, statusOf(step.Inputs[0]).Key!.Value);
        if (!await AddSourcesAsync(step, key, statusOf, mayWork, cancellationToken))
        {
            return null;
        }

        statusOf(step).Parts = key.Parts;
        return key.ToDigest();
    }

    private async Task<bool> AddSourcesAsync(Step step, CacheKeyBuilder key, Func<Step, StepStatus> statusOf, bool mayWork, CancellationToken cancellationToken) => step switch
    {
        CopyStep copy => await AddPartsAsync(copy, key, statusOf, mayWork, cancellationToken),
        RunStep run => await AddMountsAsync(run, key, statusOf, mayWork, cancellationToken),
        _ => throw new System.Diagnostics.UnreachableException($"{step.Kind} reads no other step"),
    };

    private async Task<bool> AddPartsAsync(CopyStep copy, CacheKeyBuilder key, Func<Step, StepStatus> statusOf, bool mayWork, CancellationToken cancellationToken)
    {
        foreach (var group in copy.Parts.OfType<FilesPart>().GroupBy(p => p.Source))
        {
            var selection = SourceTrees.SelectionOf(copy, group);
            if (await trees.TryDigestAsync(statusOf(group.Key), selection, mayWork, cancellationToken) is not { } digest)
            {
                return false;
            }

            key.Add(FilesPart(selection), digest);
            key.Add("unpack", group.Any(p => p.Unpacks));
        }

        foreach (var inline in copy.Parts.OfType<InlinePart>())
        {
            key.Add($"heredoc {inline.Name}", inline.Text);
        }

        return true;
    }

    private async Task<bool> AddMountsAsync(RunStep run, CacheKeyBuilder key, Func<Step, StepStatus> statusOf, bool mayWork, CancellationToken cancellationToken)
    {
        foreach (var mount in run.Mounts)
        {
            RunStep.DescribeMount(mount, key);
            if (mount.Source is null)
            {
                continue;
            }

            if (await trees.TryDigestAsync(statusOf(mount.Source), SourceTrees.SelectionOf(mount), mayWork, cancellationToken) is not { } digest)
            {
                return false;
            }

            key.Add($"{FilesPrefix}of mount {mount.Target}", digest);
        }

        return true;
    }

    // The key by the sources' own keys: known without looking into them, but only where no file of a context is read.
    private static Digest? DefinitionKey(Step step, Func<Step, StepStatus> statusOf)
    {
        using var key = new CacheKeyBuilder("definition/1");
        key.Add("operation", step.Definition);
        foreach (var input in step.Inputs)
        {
            if (statusOf(input).Key is not { } inputKey)
            {
                return null;
            }

            key.Add("input", inputKey);
        }

        return key.ToDigest();
    }
}
