using System.Collections.Immutable;
using SharpBuild.Builder.Events;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Cache.Copying;
using SharpBuild.Cache.Traces;
using SharpBuild.Image;

namespace SharpBuild.Builder.Execution;

/// <summary>
/// Runs a graph: first asks the cache about every step, from the bottom up, without doing any work; then does what the target
/// still lacks, each step once, independent ones side by side. A step whose result is found needs none of its inputs.
/// </summary>
internal sealed class Scheduler : IDisposable
{
    private readonly ImmutableArray<StepStatus> order;
    private readonly Dictionary<Step, StepStatus> statuses;
    private readonly StepRunner runner;
    private readonly StepKeys keys;
    private readonly BuildRecords records;
    private readonly StoreLocks locks;
    private readonly EventWriter events;
    private readonly SemaphoreSlim places;

    public Scheduler(BuildGraph graph, Store store, StepRunner runner, StepKeys keys, EventWriter events, int parallelism)
    {
        order = Number(graph);
        statuses = order.ToDictionary(s => s.Step);
        (records, locks) = (store.Records, store.Locks);
        (this.runner, this.keys, this.events) = (runner, keys, events);
        places = new SemaphoreSlim(parallelism);
    }

    /// <summary>The steps that progress shows.</summary>
    public ImmutableArray<StepLabel> Labels => [.. order.Where(s => s.IsShown).Select(s => new StepLabel(s.Id, s.Step.Name, s.Step.Span))];

    /// <summary>Makes the result of <paramref name="target"/> available.</summary>
    /// <exception cref="BuildException">A step failed; the others were cancelled.</exception>
    public async Task RunAsync(Step target, CancellationToken cancellationToken)
    {
        foreach (var status in order)
        {
            await ProbeAsync(status, cancellationToken);
        }

        using var failure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = StartNeeded(target, failure);
        foreach (var status in order.Where(s => s.IsShown && s.Work is null))
        {
            status.Outcome = StepOutcome.Cached;
            events.Write(new StepCompleted(events.Now, status.Id, IsCached: true, TimeSpan.Zero));
        }

        await WaitAsync(work);
    }

    /// <summary>All steps, each after its inputs, and what became of them.</summary>
    public ImmutableArray<StepStatus> Steps => order;

    /// <summary>What is known of a step.</summary>
    public StepStatus this[Step step] => statuses[step];

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    // A step that nobody sees gets no number, so that the numbers have no gaps.
    private static ImmutableArray<StepStatus> Number(BuildGraph graph)
    {
        var next = 0;
        return [.. graph.Steps.Select(step => new StepStatus(step, new StepId(step.Name.Length > 0 ? ++next : 0)))];
    }

    private async Task ProbeAsync(StepStatus status, CancellationToken cancellationToken)
    {
        status.MustBeMade = status.Step.IgnoresCache || status.Step.Inputs.Any(input => statuses[input].MustBeMade);
        status.Result = runner.TryFindRoot(status.Step);
        if (!status.MustBeMade)
        {
            status.Key = await ComputeKeyAsync(status, mayWork: false, cancellationToken);
            status.Result ??= status is { Key: { } key, Step: not ImageStep } ? Find(status, key) : null;
        }
    }

    private async Task<Digest?> ComputeKeyAsync(StepStatus status, bool mayWork, CancellationToken cancellationToken)
    {
        try
        {
            return await keys.TryComputeAsync(status.Step, Status, mayWork, cancellationToken);
        }
        catch (CopyException exception)
        {
            Tell(status, new StepFailed(events.Now, status.Id, exception.Message, TimeSpan.Zero));
            throw runner.Blame(status.Step, exception);
        }
    }

    // A record counts only when it stands on the layers that its parent has now: a parent that was built again
    // (--no-cache-filter, or because its record was lost) may hold other files under the same key.
    private StepResult? Find(StepStatus status, Digest key)
    {
        if (status.Step.IgnoresCache || records.TryGet(key) is not { } record)
        {
            return null;
        }

        var parent = status.Step.Inputs is [var first, ..] ? statuses[first].Result : null;
        return parent is null || record.Layers.AsSpan().StartsWith(parent.Layers.AsSpan()) ? new StepResult(record.Layers, record.Created) : null;
    }

    private StepStatus Status(Step step) => statuses[step];

    // Marks backwards from the target what must be done, then starts it in order, so that no task waits for one not yet there.
    private List<Task> StartNeeded(Step target, CancellationTokenSource failure)
    {
        var needed = new HashSet<Step>();
        var open = new Stack<Step>([target]);
        while (open.TryPop(out var step))
        {
            if (step is not ContextStep && statuses[step].Result is null && needed.Add(step))
            {
                foreach (var input in step.Inputs)
                {
                    open.Push(input);
                }
            }
        }

        var work = new List<Task>(needed.Count);
        foreach (var status in order.Where(s => needed.Contains(s.Step)))
        {
            status.Work = Task.Run(() => WorkAsync(status, failure), CancellationToken.None);
            work.Add(status.Work);
        }

        return work;
    }

    private async Task WorkAsync(StepStatus status, CancellationTokenSource failure)
    {
        var cancellationToken = failure.Token;
        try
        {
            foreach (var input in status.Step.Inputs)
            {
                await (statuses[input].Work ?? Task.CompletedTask).WaitAsync(cancellationToken);
            }

            await places.WaitAsync(cancellationToken);
            try
            {
                await MakeAsync(status, cancellationToken);
            }
            finally
            {
                places.Release();
            }
        }
        catch
        {
            await failure.CancelAsync();
            throw;
        }
    }

    private async Task MakeAsync(StepStatus status, CancellationToken cancellationToken)
    {
        status.Key ??= await ComputeKeyAsync(status, mayWork: true, cancellationToken);
        var key = status.Key ?? throw new System.Diagnostics.UnreachableException($"no key for {status.Step.Name}");
        if (Find(status, key) is { } found)
        {
            status.Result = found;
            Completed(status, isCached: true, TimeSpan.Zero);
            return;
        }

        using var claim = await ClaimAsync(status, key, cancellationToken);
        if (Find(status, key) is { } made)
        {
            status.Result = made;
            Completed(status, isCached: true, TimeSpan.Zero);
            return;
        }

        await RunAsync(status, key, cancellationToken);
    }

    // Two processes that build the same step: the second waits and takes the first's result.
    private async Task<StoreLock> ClaimAsync(StepStatus status, Digest key, CancellationToken cancellationToken)
    {
        if (locks.TryAcquire($"step {key}") is { } claim)
        {
            return claim;
        }

        Tell(status, new StepWaiting(events.Now, status.Id));
        return await locks.AcquireAsync($"step {key}", cancellationToken);
    }

    private async Task RunAsync(StepStatus status, Digest key, CancellationToken cancellationToken)
    {
        var started = events.Now;
        Tell(status, new StepStarted(started, status.Id));
        status.Outcome = StepOutcome.Ran;
        try
        {
            status.Result = await runner.RunAsync(status, key, Status, cancellationToken);
            Completed(status, isCached: false, events.Now - started);
        }
        catch (OperationCanceledException)
        {
            Tell(status, new StepCanceled(events.Now, status.Id));
            throw;
        }
        catch (Exception exception)
        {
            Tell(status, new StepFailed(events.Now, status.Id, exception.Message, events.Now - started));
            throw;
        }
    }

    private void Completed(StepStatus status, bool isCached, TimeSpan duration)
    {
        status.Outcome = isCached ? StepOutcome.Cached : StepOutcome.Ran;
        Tell(status, new StepCompleted(events.Now, status.Id, isCached, duration));
    }

    private void Tell(StepStatus status, BuildEvent buildEvent)
    {
        if (status.IsShown)
        {
            events.Write(buildEvent);
        }
    }

    // All must end before the first failure is reported: nothing may work on after the build is over.
    private static async Task WaitAsync(List<Task> work)
    {
        await Task.WhenAll(work).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var failures = work.Where(t => t.IsFaulted).Select(t => t.Exception!.InnerException!).ToList();
        if (failures.Find(f => f is not OperationCanceledException) is { } culprit)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(culprit);
        }

        await Task.WhenAll(work);
    }
}
