using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>flock(2): whole-file locks that belong to the open file, so that they conflict within one process too and die with it.</summary>
public static partial class FileLocks
{
    private const int Shared = 1; // LOCK_SH
    private const int Exclusive = 2; // LOCK_EX
    private const int NonBlocking = 4; // LOCK_NB
    private const int Release = 8; // LOCK_UN

    /// <summary>Takes the lock if nobody holds one that conflicts; false when somebody does. An own lock is converted.</summary>
    public static bool TryLock(SafeFileHandle file, bool exclusive)
    {
        while (flock(file, (exclusive ? Exclusive : Shared) | NonBlocking) < 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EAGAIN:
                    return false;
                case Errno.EINTR:
                    continue;
                case var errno:
                    throw new SyscallException("flock", errno);
            }
        }

        return true;
    }

    /// <summary>Takes the lock alone, and sleeps until nobody holds one that conflicts: for what others hold for an instant.</summary>
    public static void Lock(SafeFileHandle file)
    {
        while (flock(file, Exclusive) < 0)
        {
            if (Marshal.GetLastPInvokeError() is not Errno.EINTR and var errno)
            {
                throw new SyscallException("flock", errno);
            }
        }
    }

    /// <summary>Gives the lock back before the file is closed.</summary>
    public static void Unlock(SafeFileHandle file) => Errno.ThrowIfFailed(flock(file, Release), "flock", null);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);
}
