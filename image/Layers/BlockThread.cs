using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Image.Layers;

/// <summary>A thread at one end of a <see cref="BlockPipe"/>. Not a task: it blocks, and layers are few.</summary>
internal sealed class BlockThread
{
    private readonly Thread thread;

    [SuppressMessage("Design", "CA1031", Justification = "An exception must not end the process from a thread; the pipe carries it to the other side.")]
    private BlockThread(BlockPipe pipe, Action body)
    {
        void Run()
        {
            try
            {
                body();
            }
            catch (Exception exception)
            {
                pipe.Fail(exception);
            }
        }

        thread = new(Run) { IsBackground = true, Name = "layer blocks" };
        thread.Start();
    }

    /// <summary>Runs <paramref name="body"/>; its failure becomes the pipe's.</summary>
    public static BlockThread Start(BlockPipe pipe, Action body) => new(pipe, body);

    /// <summary>Gives every block to <paramref name="action"/>.</summary>
    public static BlockThread Consume(BlockPipe pipe, int consumer, Action<ReadOnlySpan<byte>> action) => Start(pipe, () =>
    {
        while (pipe.Take(consumer) is { IsEmpty: false } block)
        {
            action(block.Span);
            pipe.GiveBack(consumer);
        }
    });

    /// <summary>Waits for its end.</summary>
    public void Join() => thread.Join();
}
