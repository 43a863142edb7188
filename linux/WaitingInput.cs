using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>
/// Reads a pipe, FIFO or terminal that may never have anything to read, for callers that read synchronously: it waits by poll(2) and heeds a
/// token, where read(2) heeds none. Leaves the flags of the open file alone: others may share it.
/// </summary>
/// <param name="handle">The descriptor, closed with the stream if it is owned.</param>
/// <param name="cancellationToken">Ends the waiting.</param>
public sealed unsafe partial class WaitingInput(SafeFileHandle handle, CancellationToken cancellationToken) : Stream
{
    private const short Readable = 1; // POLLIN
    private const int PauseMilliseconds = 100;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var request = new PollRequest { Handle = (int)handle.DangerousGetHandle(), Events = Readable };
            var ready = poll(&request, 1, PauseMilliseconds);
            if (ready < 0 && Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw new SyscallException("poll", Marshal.GetLastPInvokeError());
            }

            if (ready <= 0)
            {
                continue;
            }

            var count = Pipes.Read(handle, buffer);
            switch (-count)
            {
                case <= 0:
                    return count;
                case Errno.EIO: // the other side of a terminal is gone
                    return 0;
                case Errno.EAGAIN or Errno.EINTR:
                    break;
                default:
                    throw new SyscallException("read", -count);
            }
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

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
            handle.Dispose();
        }

        base.Dispose(disposing);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollRequest* requests, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Handle;
        public short Events;
        public short Returned;
    }
}
