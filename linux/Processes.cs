using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>Child processes by descriptor (pidfd_open(2)): a process id may be used again, a descriptor never means another process.</summary>
public static unsafe partial class Processes
{
    private const int PidfdOpen = 434;
    private const int PidfdSendSignal = 424;
    private const int ByDescriptor = 3; // P_PIDFD
    private const int Exited = 4; // WEXITED
    private const int CodeExited = 1; // CLD_EXITED

    /// <summary>The calling process's effective user id.</summary>
    public static uint EffectiveUserId => geteuid();

    /// <summary>The calling process's effective group id.</summary>
    public static uint EffectiveGroupId => getegid();

    /// <summary>A descriptor of a process that was not reaped yet.</summary>
    public static SafeFileHandle Open(int processId)
    {
        var handle = pidfd_open(PidfdOpen, processId, 0);
        Errno.ThrowIfFailed(handle, "pidfd_open", null);
        return new SafeFileHandle((nint)handle, ownsHandle: true);
    }

    /// <summary>Sends a signal; false when the process has ended.</summary>
    public static bool SendSignal(SafeFileHandle process, int signal)
    {
        if (pidfd_send_signal(PidfdSendSignal, process, signal, 0, 0) == 0)
        {
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno == Errno.ESRCH ? false : throw new SyscallException("pidfd_send_signal", errno);
    }

    /// <summary>Waits until a process has ended, and leaves reaping it to others.</summary>
    public static void WaitUntilEnded(SafeFileHandle process)
    {
        ArgumentNullException.ThrowIfNull(process);
        var request = stackalloc int[2];
        request[0] = (int)process.DangerousGetHandle();
        request[1] = (int)PollEvents.Readable;
        while (poll(request, 1, -1) < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR)
        {
        }
    }

    /// <summary>Waits for the end of a child of this process and reaps it. Never call it twice for one child.</summary>
    public static ProcessEnd Wait(SafeFileHandle process)
    {
        ArgumentNullException.ThrowIfNull(process);
        var information = stackalloc int[32]; // siginfo_t: 0 signo, 2 code, 4 pid, 5 uid, 6 status
        int result;
        do
        {
            result = waitid(ByDescriptor, (int)process.DangerousGetHandle(), information, Exited);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        Errno.ThrowIfFailed(result, "waitid", null);
        return information[2] == CodeExited ? new(information[6], null) : new(128 + information[6], information[6]);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long pidfd_open(long number, int processId, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long pidfd_send_signal(long number, SafeFileHandle process, int signal, nint information, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(int* requests, nuint count, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitid(int kind, int id, int* information, int options);

    [LibraryImport("libc", SetLastError = true)]
    private static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    private static partial uint getegid();
}

/// <summary>How a process ended.</summary>
/// <param name="Code">Its exit code, or 128 + the signal.</param>
/// <param name="Signal">The signal that ended it, if one did.</param>
public readonly record struct ProcessEnd(int Code, int? Signal);
