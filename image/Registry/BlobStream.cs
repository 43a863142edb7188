using System.Net;
using System.Security.Cryptography;
using SharpBuild.Image.Registry.Transport;
using SharpBuild.Image.Web;

namespace SharpBuild.Image.Registry;

/// <summary>A blob while it arrives. A broken or stalled connection is opened again where it broke; the last bytes are handed out only when size and digest of all are right.</summary>
internal sealed class BlobStream : Stream
{
    // A slow minute may be a bad moment of the line: a download that has several, with little in between, is given up.
    private const int MostSlowWindows = 3;
    private const long Recovery = 16 << 20;

    private readonly BlobDownload download;
    private readonly Descriptor descriptor;
    private readonly TimeProvider clock;
    private readonly IncrementalHash hash;
    private readonly TransferRate rate;
    private readonly CancellationToken stop;
    private HttpResponseMessage response;
    private Stream body;
    private long position;
    private int failures;
    private int slowWindows;
    private long lastSlow;
    private bool isVerified;

    private BlobStream(BlobDownload download, TimeProvider clock, HttpResponseMessage response, Stream body, CancellationToken stop)
    {
        this.stop = stop;
        (this.download, this.clock, this.response, this.body) = (download, clock, response, body);
        descriptor = download.Descriptor;
        hash = descriptor.Digest.CreateHash();
        rate = new TransferRate(clock);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => descriptor.Size;

    /// <inheritdoc/>
    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    /// <summary>Opens the blob; it is there and of the announced size as far as the answer's headers tell. The token counts for synchronous reads, too.</summary>
    public static async Task<BlobStream> OpenAsync(BlobDownload download, TimeProvider clock, CancellationToken cancellationToken)
    {
        var answer = await download.OpenAsync(0, cancellationToken);
        return new BlobStream(download, clock, answer, await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (isVerified || buffer.Length == 0)
        {
            return 0;
        }

        for (var began = clock.GetTimestamp(); ; began = clock.GetTimestamp())
        {
            var count = await ReadSomeAsync(Limit(buffer), cancellationToken);
            if (count < 0)
            {
                await ResumeAsync(cancellationToken);
                CheckRate(began, 0);
                continue;
            }

            CheckRate(began, count);

            hash.AppendData(buffer.Span[..count]);
            position += count;
            failures = 0;
            if (position == descriptor.Size)
            {
                await FinishAsync(cancellationToken);
            }

            return count;
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    // Tar is read synchronously, and a broken connection can only be opened again asynchronously. No host of ours has a synchronisation context to block.
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count), stop).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            response.Dispose();
            hash.Dispose();
        }

        base.Dispose(disposing);
    }

    // Not one byte more than announced is asked for: what follows would belong to another blob.
    private Memory<byte> Limit(Memory<byte> buffer) => buffer.Length <= descriptor.Size - position ? buffer : buffer[..(int)(descriptor.Size - position)];

    /// <summary>Reads what is there; -1 when the connection broke before the end.</summary>
    private async ValueTask<int> ReadSomeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.Length == 0)
        {
            return 0;
        }

        try
        {
            var count = await body.ReadAsync(buffer, cancellationToken);
            return count > 0 ? count : -1;
        }
        catch (Exception exception) when (ConnectionFailure.Is(exception))
        {
            download.Note(exception);
            return -1;
        }
    }

    // Over all connections together: a server may also hang up after each byte.
    private void CheckRate(long began, int count)
    {
        if (rate.Add(began, count))
        {
            return;
        }

        slowWindows = position - lastSlow > Recovery ? 1 : slowWindows + 1;
        lastSlow = position;
        if (slowWindows >= MostSlowWindows)
        {
            download.Note(TransferRate.TooSlow());
            throw download.Truncated(position);
        }
    }

    private async ValueTask ResumeAsync(CancellationToken cancellationToken)
    {
        response.Dispose();
        if (++failures >= download.Attempts)
        {
            throw download.Truncated(position);
        }

        if (failures > 1)
        {
            await Task.Delay(Retrier.Backoff(failures - 1), clock, cancellationToken);
        }

        response = await download.OpenAsync(position, cancellationToken);
        body = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (response.StatusCode == HttpStatusCode.OK && position > 0)
        {
            await SkipAsync(position, cancellationToken);
        }
    }

    // A server without ranges starts anew; what is here already is read past. When it breaks again, the next read notices.
    private async ValueTask SkipAsync(long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (count > 0)
        {
            var read = await ReadSomeAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken);
            if (read < 0)
            {
                await ResumeAsync(cancellationToken);
                return;
            }

            count -= read;
        }
    }

    private async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength is null && await HasMoreAsync(cancellationToken))
        {
            throw download.TooLong();
        }

        if (!descriptor.Digest.Matches(hash.GetHashAndReset()))
        {
            throw download.WrongDigest();
        }

        isVerified = true;
    }

    private async ValueTask<bool> HasMoreAsync(CancellationToken cancellationToken) => await ReadSomeAsync(new byte[1], cancellationToken) > 0;
}
