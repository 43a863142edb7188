using System.Diagnostics;
using SharpBuild.Builder.Fetching;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Cache.Copying;
using SharpBuild.Image;
using SharpBuild.Parser;

namespace SharpBuild.Builder.Execution;

/// <summary>Does the work of a step that the cache does not have, and remembers the result.</summary>
internal sealed class StepRunner(Store store, SourceText file, BaseImages images, RemoteFiles remote, StepKeys keys, RunExecutor run, CopyExecutor copier, ReproductionCheck? check, EventWriter events)
{
    private const int DirectoryMode = 0b111_101_101;
    private const string ContextChanged = "SB4106";

    /// <summary>The result of a step that needs no work: an empty root, an image or a source whose layers are here. Null for any other.</summary>
    public StepResult? TryFindRoot(Step step) => step switch
    {
        ScratchStep => StepResult.Empty,
        ImageStep image => images.TryGetLocal(image.Image),
        RemoteStep source => remote.TryGetResult(source),
        _ => null,
    };

    /// <summary>Finds out what a source from outside is now.</summary>
    /// <exception cref="BuildException">It cannot be had.</exception>
    public async Task<FetchedSource> ResolveAsync(RemoteStep step, FetchReporter reporter, CancellationToken cancellationToken)
    {
        try
        {
            return await remote.ResolveAsync(step, reporter, cancellationToken);
        }
        catch (BuildException exception) when (exception.Span is null)
        {
            throw Failure(step, exception.Code, exception.Message, exception.Hint, exception);
        }
    }

    /// <summary>Makes the result; every input's is there.</summary>
    /// <exception cref="BuildException">The step failed.</exception>
    public async Task<StepResult> RunAsync(StepStatus status, Digest key, Func<Step, StepStatus> statusOf, CancellationToken cancellationToken)
    {
        try
        {
            var step = status.Step;
            if (step is ImageStep image)
            {
                return await images.FetchAsync(image.Image, new TransferReporter(status.Id, events), cancellationToken);
            }

            if (step is RemoteStep source)
            {
                var fetched = await remote.FetchAsync(source, new FetchReporter(status, events, hasStarted: true), cancellationToken);
                store.Records.Put(new BuildRecord(key, fetched.Layers, fetched.Created, step.Name, []));
                return fetched;
            }

            var result = await MakeLayerAsync(status, statusOf, cancellationToken);
            if (check is not null)
            {
                var again = (await MakeLayerAsync(status, statusOf, cancellationToken)).Layers[^1];
                await Task.Run(() => check.Compare(step, result.Layers[^1], again), cancellationToken);

                // No record will ever lead to it.
                store.Layers.Remove(again);
            }

            status.IsUnkeyed |= step.Inputs.Any(input => statusOf(input).IsUnkeyed);
            if (!status.IsUnkeyed)
            {
                store.Records.Put(new BuildRecord(key, result.Layers, result.Created, step.Name, status.Parts));
                keys.Remember(step, statusOf, key, result);
            }

            MeasureInBackground(result);
            return result;
        }
        catch (CopyException exception)
        {
            throw Blame(status.Step, exception);
        }
        catch (BuildException exception) when (exception.Span is null)
        {
            throw Failure(status.Step, exception.Code, exception.Message, exception.Hint, exception);
        }
        catch (CacheException exception) when (exception.Code == CacheErrorCodes.TooManyLayers)
        {
            throw Failure(status.Step, exception.Code, exception.Message, exception.Hint, exception);
        }
        catch (ImageException exception) when (status.Step is CopyStep or RunStep)
        {
            throw Failure(status.Step, exception.Code, exception.Message, exception.Hint, exception);
        }
    }

    /// <summary>The failure of a step whose files cannot be had or put where they belong.</summary>
    public BuildException Blame(Step step, CopyException exception) => Failure(step, exception.Code, exception.Message, exception.Hint, exception);

    private BuildException Failure(Step step, string code, string message, string? hint, Exception inner) => new(code, message, inner)
    {
        File = file,
        Span = step.Span,
        StepName = step.Name,
        Hint = hint,
    };

    private async Task<StepResult> MakeLayerAsync(StepStatus status, Func<Step, StepStatus> statusOf, CancellationToken cancellationToken)
    {
        var parent = statusOf(status.Step.Inputs[0]).Result!;

        // COPY --link looks at nothing of what it is put upon: not at its links, its users, the modes of its directories.
        var draft = store.Layers.Create(status.Step is CopyStep { IsLink: true } ? [] : parent.Layers);
        try
        {
            switch (status.Step)
            {
                case RunStep step:
                    await run.RunAsync(step, status.Id, draft, statusOf, cancellationToken);
                    break;
                case CopyStep step:
                    if (await Task.Run(() => copier.Copy(step, draft, statusOf, cancellationToken), cancellationToken) is { } changed)
                    {
                        TellChanged(status, changed);
                    }

                    break;
                case MakeDirectoryStep step:
                    MakeDirectory(step, draft);
                    break;
                default:
                    throw new UnreachableException($"{status.Step.Kind} makes no layer");
            }

            var layer = store.Layers.Commit(draft);
            return new StepResult(parent.Layers.Add(layer.Id), events.Now);
        }
        finally
        {
            if (!run.Keeps(draft))
            {
                draft.Dispose();
            }
        }
    }

    private void TellChanged(StepStatus status, string path)
    {
        status.IsUnkeyed = true;
        events.Warn(file, new Diagnostic(
            DiagnosticSeverity.Warning,
            ContextChanged,
            status.Step.Span ?? default,
            $"\"/{path}\" was changed while the build ran: the image has what it holds now, and the cache forgets the step.",
            "Build again when nothing writes to the context."));
    }

    private static void MakeDirectory(MakeDirectoryStep step, LayerDraft draft)
    {
        using var below = draft.OpenLower();
        (uint, uint)? owner = step.User.Length == 0 ? null : Owners.Resolve(below, step.User);
        TreeCopier.CreateDirectories(draft, step.Path, owner, DirectoryMode, step.Time);
    }

    // The image needs the digest of the layer's tar; the next step can run meanwhile. A failure shows when the image is made.
    private void MeasureInBackground(StepResult result) =>
        _ = Task.Run(() => store.Layers.GetDiffIdAsync(result.Layers[^1], CancellationToken.None));
}
