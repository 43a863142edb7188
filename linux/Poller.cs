using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>One thread that waits for many descriptors (epoll(7)), so that no thread of the pool sleeps in a read.</summary>
#pragma warning disable CA1001 // the one instance lives as long as the process
public sealed unsafe partial class Poller
#pragma warning restore CA1001
{
    private const int Add = 1; // EPOLL_CTL_ADD
    private const int Remove = 2; // EPOLL_CTL_DEL
    private const uint OneShot = 1u << 30; // EPOLLONESHOT
    private const int BatchSize = 32;

    private static readonly Lazy<Poller> SharedPoller = new(() => new Poller());

    private readonly SafeFileHandle epoll;
    private readonly ConcurrentDictionary<long, Registration> watches = new();
    private long lastKey;

    private Poller()
    {
        var handle = epoll_create1(0x80000);
        Errno.ThrowIfFailed(handle, "epoll_create1", null);
        epoll = new SafeFileHandle(handle, ownsHandle: true);
        new Thread(Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = "descriptor poller" }.Start();
    }

    /// <summary>The poller of this process; its thread starts at first use.</summary>
    public static Poller Shared => SharedPoller.Value;

    /// <summary>Calls <paramref name="ready"/> once, on the poller's thread, when <paramref name="handle"/> is ready or was hung up. It must not block.</summary>
    /// <returns>Dispose to give up waiting; nothing happens after the call was made.</returns>
    public IDisposable Watch(SafeFileHandle handle, PollEvents events, Action ready)
    {
        var key = Interlocked.Increment(ref lastKey);
        var watch = new Registration(this, key, handle, ready);
        watches[key] = watch;
        var request = new EpollEvent { Events = (uint)events | OneShot, Key = key };
        if (epoll_ctl(epoll, Add, handle, &request) < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            watches.TryRemove(key, out _);
            throw new SyscallException("epoll_ctl", errno);
        }

        return watch;
    }

    private void Run()
    {
        var batch = stackalloc EpollEvent[BatchSize];
        while (true)
        {
            var count = epoll_wait(epoll, batch, BatchSize, -1);
            for (var index = 0; index < count; index++)
            {
                if (watches.TryRemove(batch[index].Key, out var watch))
                {
                    Forget(watch);
                    watch.Ready();
                }
            }
        }
    }

    private void Forget(Registration watch)
    {
        EpollEvent ignored;
        _ = epoll_ctl(epoll, Remove, watch.Handle, &ignored);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(SafeFileHandle epoll, int operation, SafeFileHandle handle, EpollEvent* request);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(SafeFileHandle epoll, EpollEvent* events, int size, int timeout);

    private sealed class Registration(Poller owner, long key, SafeFileHandle handle, Action ready) : IDisposable
    {
        public SafeFileHandle Handle { get; } = handle;

        public Action Ready { get; } = ready;

        public void Dispose()
        {
            if (owner.watches.TryRemove(key, out _))
            {
                owner.Forget(this);
            }
        }
    }

    // The kernel packs this structure on x86-64, and only there.
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct EpollEvent
    {
        public uint Events;
        public long Key;
    }
}

/// <summary>What a descriptor is waited for.</summary>
public enum PollEvents
{
    /// <summary>There is something to read, or the other side is gone.</summary>
    Readable = 0x001,

    /// <summary>There is room to write.</summary>
    Writable = 0x004,
}
