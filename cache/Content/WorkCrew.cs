namespace SharpBuild.Cache.Content;

/// <summary>
/// Works through items that bring further items, such as directories, on all cores. The caller is the first worker; others join only
/// while there is more than one thing to do, because waking a thread costs as much as copying three small files.
/// </summary>
internal sealed class WorkCrew<T> : IDisposable
{
    private readonly Lock gate = new();
    private readonly Stack<T> waiting = new();
    private readonly Action<T, WorkCrew<T>> body;
    private readonly CancellationToken cancellationToken;
    private readonly SemaphoreSlim wake = new(0);
    private readonly List<Task> helpers = [];
    private readonly int size;
    private Exception? failure;
    private int busy;
    private int idle;

    private WorkCrew(Action<T, WorkCrew<T>> body, CancellationToken cancellationToken) =>
        (this.body, this.cancellationToken, size) = (body, cancellationToken, Environment.ProcessorCount);

    /// <summary>Returns when all items are done, or throws the first failure when all workers have stopped.</summary>
    public static void Run(IEnumerable<T> first, Action<T, WorkCrew<T>> body, CancellationToken cancellationToken)
    {
        using var crew = new WorkCrew<T>(body, cancellationToken);
        foreach (var item in first)
        {
            crew.waiting.Push(item);
        }

        crew.Join();
        crew.Work();
        Task.WaitAll(crew.helpers, CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (crew.failure is { } failure)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Adds an item; called from within the work on another.</summary>
    public void Add(T item)
    {
        lock (gate)
        {
            waiting.Push(item);
        }

        Join();
    }

    /// <inheritdoc/>
    public void Dispose() => wake.Dispose();

    private void Join()
    {
        lock (gate)
        {
            if (idle > 0)
            {
                idle--;
                wake.Release();
            }
            else if (waiting.Count > 1 && helpers.Count + 1 < size)
            {
                helpers.Add(Task.Run(Work, CancellationToken.None));
            }
        }
    }

    private void Work()
    {
        while (TryTake(out var item))
        {
            try
            {
                body(item, this);
            }
#pragma warning disable CA1031 // Carried to the caller of Run, whichever thread it happened on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref failure, exception, null);
            }

            Finish();
        }
    }

    private bool TryTake(out T item)
    {
        while (true)
        {
            lock (gate)
            {
                if (failure is null && !cancellationToken.IsCancellationRequested && waiting.TryPop(out item!))
                {
                    busy++;
                    return true;
                }

                if (busy == 0 || failure is not null || cancellationToken.IsCancellationRequested)
                {
                    item = default!;
                    WakeAll();
                    return false;
                }

                idle++;
            }

            wake.Wait(CancellationToken.None);
        }
    }

    private void Finish()
    {
        lock (gate)
        {
            busy--;
            if (busy == 0 && waiting.Count == 0)
            {
                WakeAll();
            }
        }
    }

    private void WakeAll()
    {
        if (idle > 0)
        {
            wake.Release(idle);
            idle = 0;
        }
    }
}
