using System.Collections.Immutable;
using SharpBuild.Builder.Events;
using SharpBuild.Builder.Fetching;
using SharpBuild.Builder.Planning;
using SharpBuild.Builder.Sharing;
using SharpBuild.Cache;
using SharpBuild.Cache.Copying;
using SharpBuild.Cache.Sharing;
using SharpBuild.Cache.Traces;
using SharpBuild.Image;

namespace SharpBuild.Builder.Execution;

/// <summary>
/// Runs a graph: first asks the cache about every step, from the bottom up, without doing any work; then does what the targets
/// still lack, each step once, independent ones side by side. A step whose result is found needs none of its inputs.
/// </summary>
internal sealed class Scheduler : IDisposable
{
    private readonly ImmutableArray<StepStatus> order;
    private readonly Dictionary<Step, StepStatus> statuses;
    private readonly StepRunner runner;
    private readonly StepKeys keys;
    private readonly BuildRecords records;
    private readonly StoreLocks locks;
    private readonly LayerStore layers;
    private readonly SharedCaches caches;
    private readonly EventWriter events;
    private readonly SemaphoreSlim places;

    /// <param name="graph">The steps.</param>
    /// <param name="firstNumber">The number that progress gives the first one.</param>
    /// <param name="store">Results of earlier builds.</param>
    /// <param name="runner">Does the work.</param>
    /// <param name="keys">Knows what to look for.</param>
    /// <param name="caches">Answers for steps that the store does not know.</param>
    /// <param name="events">Hears what happens.</param>
    /// <param name="parallelism">How many steps may work at once.</param>
    public Scheduler(BuildGraph graph, int firstNumber, Store store, StepRunner runner, StepKeys keys, SharedCaches caches, EventWriter events, int parallelism)
    {
        order = Number(graph, firstNumber);
        statuses = order.ToDictionary(s => s.Step);
        (records, locks, layers) = (store.Records, store.Locks, store.Layers);
        (this.runner, this.keys, this.caches, this.events) = (runner, keys, caches, events);
        places = new SemaphoreSlim(parallelism);
    }

    /// <summary>The steps that progress shows.</summary>
    public ImmutableArray<StepLabel> Labels => [.. order.Where(s => s.IsShown).Select(s => new StepLabel(s.Id, s.Step.Name, s.Step.Span))];

    /// <summary>Makes the results of <paramref name="targets"/> available.</summary>
    /// <param name="targets">The steps whose results are wanted.</param>
    /// <param name="needsAll">Whether the layers of all steps that were found in shared caches are wanted, too.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BuildException">A step failed; the others were cancelled.</exception>
    public async Task RunAsync(ImmutableArray<Step> targets, bool needsAll, CancellationToken cancellationToken)
    {
        await ResolveSourcesAsync(cancellationToken);
        foreach (var status in order)
        {
            await ProbeAsync(status, cancellationToken);
        }

        using var failure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var needed = FindNeeded(targets);

        // Before any work begins: a step that works gives its inputs their (finished) work, too, and so they could not be told
        // from those that were needed.
        foreach (var status in order.Where(s => s.IsShown && s.Work is null && !needed.Contains(s.Step)))
        {
            Completed(status, isCached: true, TimeSpan.Zero);
        }

        await WaitAsync(Start(needed, failure));
        var wanted = needsAll ? order.Where(static s => s.Result is not null) : targets.Select(Status);
        await Task.WhenAll(wanted.Select(s => ArriveAsync(s, failure)));
    }

    /// <summary>All steps, each after its inputs, and what became of them.</summary>
    public ImmutableArray<StepStatus> Steps => order;

    /// <summary>What is known of a step.</summary>
    public StepStatus this[Step step] => statuses[step];

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    // A step that nobody sees gets no number, so that the numbers have no gaps.
    private static ImmutableArray<StepStatus> Number(BuildGraph graph, int firstNumber)
    {
        var next = firstNumber;
        return [.. graph.Steps.Select(step => new StepStatus(step, new StepId(step.Name.Length > 0 ? next++ : 0)))];
    }

    // What comes from outside has no key before somebody has asked for it: all at once, and before anything is looked up.
    private async Task ResolveSourcesAsync(CancellationToken cancellationToken)
    {
        if (order.Any(s => s.Step is RemoteStep))
        {
            using var failure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await WaitAsync([.. order.Where(s => s.Step is RemoteStep).Select(status => ResolveAsync(status, failure))]);
        }
    }

    private async Task ResolveAsync(StepStatus status, CancellationTokenSource failure)
    {
        var reporter = new FetchReporter(status, events);
        try
        {
            var source = await runner.ResolveAsync((RemoteStep)status.Step, reporter, failure.Token);
            if (source.IsNew)
            {
                Completed(status, isCached: false, events.Now - (reporter.Started ?? events.Now));
                status.Work = Task.CompletedTask;
            }
        }
        catch (Exception exception)
        {
            var isCanceled = exception is OperationCanceledException;
            Tell(status, isCanceled ? new StepCanceled(events.Now, status.Id) : new StepFailed(events.Now, status.Id, exception.Message, events.Now - (reporter.Started ?? events.Now)));
            await failure.CancelAsync();
            throw;
        }
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
        if (status.Step.IgnoresCache)
        {
            return null;
        }

        var parent = status.Step.Inputs is [var first, ..] ? statuses[first].Result : null;
        if (records.TryGet(key) is { } record && (parent is null || record.Layers.AsSpan().StartsWith(parent.Layers.AsSpan())))
        {
            return new StepResult(record.Layers, record.Created);
        }

        return caches.TryGet(key) is { } shared && (parent is null || StandsOn(shared, parent))
            ? new StepResult(shared.Layers, shared.Shared.Created) { Pending = shared }
            : null;
    }

    // Another store may have another name for the same layer; what it contains decides.
    private bool StandsOn(ImportedRecord shared, StepResult parent)
    {
        for (var i = 0; i < parent.Layers.Length; i++)
        {
            if (i >= shared.Layers.Length || (parent.Layers[i] != shared.Layers[i] && layers.TryGetDiffId(parent.Layers[i]) != shared.DiffIds[i]))
            {
                return false;
            }
        }

        return true;
    }

    private StepStatus Status(Step step) => statuses[step];

    // Backwards from the targets: what must be done.
    private HashSet<Step> FindNeeded(ImmutableArray<Step> targets)
    {
        var needed = new HashSet<Step>();
        var open = new Stack<Step>(targets);
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

        return needed;
    }

    // In order, so that no task waits for one not yet there.
    private List<Task> Start(HashSet<Step> needed, CancellationTokenSource failure)
    {
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
                await EnsureAsync(statuses[input], failure).WaitAsync(cancellationToken);
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

    // Makes a result that is not there, which happens when a shared cache has not kept its word, then brings its layers here.
    private async Task EnsureAsync(StepStatus status, CancellationTokenSource failure)
    {
        Task work;
        lock (status)
        {
            work = status.Work ??= status.Result is null && status.Step is not ContextStep ? WorkAsync(status, failure) : Task.CompletedTask;
        }

        await work;
        await ArriveAsync(status, failure);
    }

    private Task ArriveAsync(StepStatus status, CancellationTokenSource failure)
    {
        lock (status)
        {
            return status.Arrival ??= status.Result?.Pending is { } pending ? FetchAsync(status, pending, failure) : Task.CompletedTask;
        }
    }

    private async Task FetchAsync(StepStatus status, ImportedRecord pending, CancellationTokenSource failure)
    {
        try
        {
            var arrived = await pending.FetchAsync(new TransferReporter(status.Id, events), failure.Token);
            status.Result = new StepResult(arrived, pending.Shared.Created);
        }
        catch (Exception exception) when (exception is ImageException or CacheException { Code: not CacheErrorCodes.NotWritable })
        {
            caches.Refuse(pending.Cache, exception);
            status.Result = null;
            await WorkAsync(status, failure);
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
