using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>A stream over a pipe or terminal that occupies no thread while it waits. One reader and one writer at a time.</summary>
/// <param name="handle">The descriptor; made non-blocking, and closed with the stream.</param>
/// <param name="access">The directions.</param>
public sealed partial class DescriptorStream(SafeFileHandle handle, FileAccess access) : Stream
{
    private readonly SafeFileHandle handle = Prepared(handle);

    /// <inheritdoc />
    public override bool CanRead => access.HasFlag(FileAccess.Read);

    /// <inheritdoc />
    public override bool CanWrite => access.HasFlag(FileAccess.Write);

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Pipes.Read(handle, buffer.Span);
            switch (-count)
            {
                case <= 0:
                    return count;
                case Errno.EIO: // the last process has closed its side of the terminal
                    return 0;
                case Errno.EAGAIN:
                    await WhenAsync(PollEvents.Readable, cancellationToken);
                    break;
                case Errno.EINTR:
                    break;
                default:
                    throw new SyscallException("read", -count);
            }
        }
    }

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Pipes.Write(handle, buffer.Span);
            switch (-count)
            {
                case <= 0:
                    buffer = buffer[count..];
                    break;
                case Errno.EAGAIN:
                    await WhenAsync(PollEvents.Writable, cancellationToken);
                    break;
                case Errno.EINTR:
                    break;
                default:
                    throw new SyscallException("write", -count);
            }
        }
    }

    /// <inheritdoc />
    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            var count = Pipes.Read(handle, buffer);
            switch (-count)
            {
                case <= 0:
                    return count;
                case Errno.EIO:
                    return 0;
                case Errno.EAGAIN:
                    Sleep(PollEvents.Readable);
                    break;
                case Errno.EINTR:
                    break;
                default:
                    throw new SyscallException("read", -count);
            }
        }
    }

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var count = Pipes.Write(handle, buffer);
            switch (-count)
            {
                case <= 0:
                    buffer = buffer[count..];
                    break;
                case Errno.EAGAIN:
                    Sleep(PollEvents.Writable);
                    break;
                case Errno.EINTR:
                    break;
                default:
                    throw new SyscallException("write", -count);
            }
        }
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            handle.Dispose();
        }

        base.Dispose(disposing);
    }

    private static SafeFileHandle Prepared(SafeFileHandle handle)
    {
        Pipes.MakeNonBlocking(handle);
        return handle;
    }

    private async ValueTask WhenAsync(PollEvents events, CancellationToken cancellationToken)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = Poller.Shared.Watch(handle, events, () => ready.TrySetResult());
        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), ready);
        await ready.Task;
    }

    private unsafe void Sleep(PollEvents events)
    {
        var request = new PollRequest { Descriptor = (int)handle.DangerousGetHandle(), Events = (short)events };
        _ = poll(&request, 1, -1);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int poll(PollRequest* requests, nuint count, int timeout);

    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
