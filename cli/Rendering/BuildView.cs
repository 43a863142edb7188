using SharpBuild.Builder;
using SharpBuild.Builder.Events;

namespace SharpBuild.Cli.Rendering;

/// <summary>What a renderer knows of a build: the events, folded.</summary>
internal sealed class BuildView
{
    private readonly Dictionary<StepId, StepView> steps = [];

    /// <summary>All steps in the order of the plan.</summary>
    public List<StepView> Steps { get; } = [];

    /// <summary>The warnings so far.</summary>
    public List<BuildWarning> Warnings { get; } = [];

    /// <summary>When the first event came.</summary>
    public DateTimeOffset? Started { get; private set; }

    /// <summary>What the build made, once it is done.</summary>
    public BuildResult? Result { get; private set; }

    /// <summary>How many steps are over.</summary>
    public int OverCount { get; private set; }

    /// <summary>Takes an event and returns the step it is about, if it is about one. Output is left to the caller.</summary>
    public StepView? Apply(BuildEvent happened)
    {
        Started ??= happened.Time;
        switch (happened)
        {
            case BuildPlanned planned:
                foreach (var label in planned.Steps)
                {
                    Add(new StepView(label));
                }

                return null;
            case StepStarted started:
                return Begin(started);
            case StepWaiting waiting:
                return Set(waiting.Step, StepState.Waiting);
            case StepOutput output:
                return Get(output.Step);
            case StepProgress progress:
                var view = Get(progress.Step);
                view.Transfer(progress.Item).Update(progress);
                return view;
            case StepCompleted completed:
                return End(completed.Step, completed.IsCached ? StepState.Cached : StepState.Done, completed.Duration, null);
            case StepFailed failed:
                return End(failed.Step, StepState.Failed, failed.Duration, failed.Message);
            case StepCanceled canceled:
                var given = Get(canceled.Step);
                return End(canceled.Step, StepState.Canceled, given.Elapsed(canceled.Time), null);
            case BuildWarning warning:
                Warnings.Add(warning);
                return null;
            case BuildCompleted done:
                Result = done.Result;
                return null;
            default:
                throw new System.Diagnostics.UnreachableException($"no view of {happened.GetType().Name}");
        }
    }

    private StepView Begin(StepStarted started)
    {
        var view = Set(started.Step, StepState.Running);
        view.Started = started.Time;
        return view;
    }

    private StepView Set(StepId id, StepState state)
    {
        var view = Get(id);
        view.State = state;
        return view;
    }

    private StepView End(StepId id, StepState state, TimeSpan duration, string? message)
    {
        var view = Get(id);
        OverCount += view.IsOver ? 0 : 1;
        (view.State, view.Duration, view.Message) = (state, duration, message);
        return view;
    }

    // A step that the plan did not name still has to be shown.
    private StepView Get(StepId id) => steps.TryGetValue(id, out var view) ? view : Add(new StepView(new StepLabel(id, $"step {id}", null)));

    private StepView Add(StepView view)
    {
        steps[view.Label.Id] = view;
        Steps.Add(view);
        return view;
    }
}
