using System.Diagnostics;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Cache.Copying;
using SharpBuild.Image;
using SharpBuild.Parser;

namespace SharpBuild.Builder.Execution;

/// <summary>Does the work of a step that the cache does not have, and remembers the result.</summary>
internal sealed class StepRunner(Store store, SourceText file, BaseImages images, StepKeys keys, RunExecutor run, CopyExecutor copier, ReproductionCheck? check, EventWriter events)
{
    private const int DirectoryMode = 0b111_101_101;

    /// <summary>The result of a step that needs no work: an empty root, or an image whose layers are here. Null for any other.</summary>
    public StepResult? TryFindRoot(Step step) => step switch
    {
        ScratchStep => StepResult.Empty,
        ImageStep image => images.TryGetLocal(image.Image),
        _ => null,
    };

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

            var result = await MakeLayerAsync(status, statusOf, cancellationToken);
            if (check is not null)
            {
                var again = await MakeLayerAsync(status, statusOf, cancellationToken);
                await Task.Run(() => check.Compare(step, result.Layers[^1], again.Layers[^1]), cancellationToken);
            }

            using var described = StepKeys.Describe(step, statusOf(step.Inputs[0]).Key!.Value);
            store.Records.Put(new BuildRecord(key, result.Layers, result.Created, step.Name, described.Parts));
            keys.Remember(step, statusOf, key, result);
            MeasureInBackground(result);
            return result;
        }
        catch (CopyException exception)
        {
            throw Failure(status.Step, exception.Code, exception.Message, exception.Hint, exception);
        }
        catch (ImageException exception) when (status.Step is CopyStep or RunStep)
        {
            throw Failure(status.Step, exception.Code, exception.Message, exception.Hint, exception);
        }
    }

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
        using var draft = store.Layers.Create(parent.Layers);
        switch (status.Step)
        {
            case RunStep step:
                await run.RunAsync(step, status.Id, draft, statusOf, cancellationToken);
                break;
            case CopyStep step:
                await Task.Run(() => copier.Copy(step, draft, statusOf, cancellationToken), cancellationToken);
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

    private static void MakeDirectory(MakeDirectoryStep step, LayerDraft draft)
    {
        using var below = draft.OpenLower();
        var (uid, gid) = step.User.Length == 0 ? (0u, 0u) : Owners.Resolve(below, step.User);
        TreeCopier.CreateDirectories(draft, step.Path, uid, gid, DirectoryMode);
    }

    // The image needs the digest of the layer's tar; the next step can run meanwhile. A failure shows when the image is made.
    private void MeasureInBackground(StepResult result) =>
        _ = Task.Run(() => store.Layers.GetDiffIdAsync(result.Layers[^1], CancellationToken.None));
}
