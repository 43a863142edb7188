using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace SharpBuild.Runtime.Starting;

/// <summary>Threads that live as long as this process and start all sandboxes.</summary>
/// <remarks>
/// The kernel takes a "parent" to be a thread: a sandbox that asks to die with its parent would die with whichever
/// thread of the pool had started it. And the starting thread sleeps in vfork for some milliseconds, longer when a
/// mount hangs, which no thread of the pool should.
/// </remarks>
internal static class LauncherThread
{
    private static readonly BlockingCollection<Action> Work = [];
    private static readonly Lazy<int> Threads = new(Begin);

    /// <summary>Runs <paramref name="work"/> on a launcher thread and waits for it.</summary>
    public static T Run<T>(Func<T> work)
    {
        _ = Threads.Value;
        using var done = new ManualResetEventSlim();
        var result = default(T);
        ExceptionDispatchInfo? failure = null;
        Work.Add(() =>
        {
            try
            {
                result = work();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            done.Set();
        });
        done.Wait();
        failure?.Throw();
        return result!;
    }

    private static int Begin()
    {
        var count = Math.Max(2, System.Environment.ProcessorCount);
        for (var index = 0; index < count; index++)
        {
            new Thread(Serve, maxStackSize: 256 * 1024) { IsBackground = true, Name = "sandbox launcher" }.Start();
        }

        return count;
    }

    private static void Serve()
    {
        foreach (var work in Work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
