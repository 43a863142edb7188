using System.Buffers;
using System.Runtime.ExceptionServices;

namespace SharpBuild.Image.Layers;

/// <summary>A ring of blocks between one thread that produces bytes and several that each take all of them. A failure on any side reaches every other.</summary>
internal sealed class BlockPipe : IBufferWriter<byte>, IDisposable
{
    public const int BlockSize = 256 * 1024;
    private const int BlockCount = 6;

    private readonly object gate = new();
    private readonly byte[][] blocks = new byte[BlockCount][];
    private readonly int[] lengths = new int[BlockCount];
    private readonly long[] consumed;
    private readonly Action? firstBlock;
    private long produced;
    private int filled;
    private bool isComplete;
    private Exception? failure;

    /// <param name="consumers">How many take the bytes.</param>
    /// <param name="firstBlock">Runs on the producer's thread before the first block is handed over: the time to start consumers.</param>
    public BlockPipe(int consumers, Action? firstBlock = null)
    {
        consumed = new long[consumers];
        this.firstBlock = firstBlock;
        blocks[0] = ArrayPool<byte>.Shared.Rent(BlockSize);
    }

    /// <summary>How many bytes were produced.</summary>
    public long Length { get; private set; }

    /// <summary>Whether a block was handed over yet.</summary>
    public bool HasStarted => produced > 0;

    /// <summary>What is produced, but not handed over.</summary>
    public ReadOnlySpan<byte> Pending => blocks[produced % BlockCount].AsSpan(0, filled);

    public void Advance(int count)
    {
        filled += count;
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (BlockSize - filled < Math.Max(sizeHint, 1))
        {
            Publish();
        }

        return blocks[produced % BlockCount].AsMemory(filled, BlockSize - filled);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Hands over the rest: no more will come.</summary>
    public void Complete()
    {
        if (filled > 0)
        {
            Publish();
        }

        lock (gate)
        {
            isComplete = true;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Ends the pipe early; every side sees <paramref name="exception"/>, or the one that was first.</summary>
    public void Fail(Exception exception)
    {
        lock (gate)
        {
            failure ??= exception;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>The next block for a consumer, empty at the end; it must be given back before the next is taken.</summary>
    public ReadOnlyMemory<byte> Take(int consumer)
    {
        lock (gate)
        {
            while (consumed[consumer] == produced && !isComplete && failure is null)
            {
                Monitor.Wait(gate);
            }

            ThrowIfFailed();
            var index = consumed[consumer] % BlockCount;
            return consumed[consumer] == produced ? default : blocks[index].AsMemory(0, lengths[index]);
        }
    }

    /// <summary>Gives back the block that was taken.</summary>
    public void GiveBack(int consumer)
    {
        lock (gate)
        {
            consumed[consumer]++;
            Monitor.PulseAll(gate);
        }
    }

    public void ThrowIfFailed()
    {
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Returns the memory; all sides must have ended.</summary>
    public void Dispose()
    {
        foreach (var block in blocks)
        {
            if (block is not null)
            {
                ArrayPool<byte>.Shared.Return(block);
            }
        }

        Array.Clear(blocks);
    }

    private void Publish()
    {
        if (produced == 0)
        {
            firstBlock?.Invoke();
        }

        lock (gate)
        {
            lengths[produced % BlockCount] = filled;
            produced++;
            filled = 0;
            Monitor.PulseAll(gate);

            // The block to be filled next must have been given back by the slowest consumer.
            while (failure is null && produced - Slowest() >= BlockCount)
            {
                Monitor.Wait(gate);
            }

            ThrowIfFailed();
        }

        blocks[produced % BlockCount] ??= ArrayPool<byte>.Shared.Rent(BlockSize);
    }

    private long Slowest()
    {
        var slowest = consumed[0];
        foreach (var count in consumed)
        {
            slowest = Math.Min(slowest, count);
        }

        return slowest;
    }
}
