using System.Buffers;

namespace SharpBuild.Image.Layers;

/// <summary>Where a layer's tar goes: to each of some actions (hash, write) on a thread of its own, so that hashing overlaps with reading. A layer that fits into one block is passed on without threads, which would cost more than they bring.</summary>
internal sealed class LayerSink : IDisposable
{
    private readonly Action<ReadOnlySpan<byte>>[] actions;
    private readonly List<BlockThread> threads = [];
    private readonly BlockPipe pipe;

    public LayerSink(params Action<ReadOnlySpan<byte>>[] actions)
    {
        this.actions = actions;
        pipe = new(actions.Length, StartThreads);
    }

    public IBufferWriter<byte> Writer => pipe;

    public long Length => pipe.Length;

    /// <summary>Passes on the rest, waits, and throws what an action threw.</summary>
    public void Complete()
    {
        if (!pipe.HasStarted)
        {
            foreach (var action in actions)
            {
                action(pipe.Pending);
            }

            return;
        }

        pipe.Complete();
        Join();
        pipe.ThrowIfFailed();
    }

    public void Dispose()
    {
        if (threads.Count > 0)
        {
            // After an error in the middle the threads still wait for blocks.
            pipe.Fail(new OperationCanceledException("the layer was not finished"));
            Join();
        }

        pipe.Dispose();
    }

    private void StartThreads()
    {
        for (var i = 0; i < actions.Length; i++)
        {
            threads.Add(BlockThread.Consume(pipe, i, actions[i]));
        }
    }

    private void Join()
    {
        foreach (var thread in threads)
        {
            thread.Join();
        }
    }
}
