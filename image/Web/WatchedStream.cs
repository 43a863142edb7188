namespace SharpBuild.Image.Web;

/// <summary>A stream from a server, whose reads fail with a <see cref="TimeoutException"/> when nothing comes for a while, or too little.</summary>
internal sealed class WatchedStream(Stream inner, TimeProvider clock) : Stream
{
    private readonly TransferRate rate = new(clock);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Most reads find their bytes in the socket's buffer: those arm no timer.
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var reading = inner.ReadAsync(buffer, either.Token);
        if (reading.IsCompleted)
        {
            return await reading;
        }

        var began = clock.GetTimestamp();
        silence.CancelAfter(TransferRate.Window);
        int count;
        try
        {
            count = await reading;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing came for {TransferRate.Window.TotalSeconds:0} seconds");
        }

        return rate.Add(began, count) || count == 0 ? count : throw TransferRate.TooSlow();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
