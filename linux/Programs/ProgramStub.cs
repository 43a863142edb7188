using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux.Programs;

/// <summary>Starts a process by clone3(2) that runs a <see cref="SyscallProgram"/>: the only code of ours that runs in the child before exec.</summary>
/// <remarks>
/// Managed code must not run between clone and exec: the JIT inserts polls for the garbage collector there, and in the
/// child nobody is left to answer them (63 hangs in 1,500 forks under GC stress, measured; none with this).
/// The code is documented in Stub.x64.s.
/// </remarks>
public static unsafe partial class ProgramStub
{
    private const int PageSize = 4096;
    private const int ChildSignal = 17; // SIGCHLD

    private static delegate* unmanaged<CloneArguments*, nuint, SyscallOperation*, SyscallOperation*, State*, long> entry;

    /// <summary>The machine code.</summary>
    public static ReadOnlySpan<byte> Code =>
    [
        0xf3, 0x0f, 0x1e, 0xfa, 0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57, 0x49, 0x89,
        0xd4, 0x49, 0x89, 0xcd, 0x4d, 0x89, 0xc6, 0x49, 0x89, 0xff, 0x48, 0x89, 0xf3, 0xb8, 0x0e, 0x00,
        0x00, 0x00, 0xbf, 0x02, 0x00, 0x00, 0x00, 0x49, 0x8d, 0x76, 0x10, 0x49, 0x8d, 0x56, 0x08, 0x41,
        0xba, 0x08, 0x00, 0x00, 0x00, 0x0f, 0x05, 0x4c, 0x89, 0xff, 0x48, 0x89, 0xde, 0xb8, 0xb3, 0x01,
        0x00, 0x00, 0x0f, 0x05, 0x48, 0x85, 0xc0, 0x74, 0x29, 0x48, 0x89, 0xc3, 0xb8, 0x0e, 0x00, 0x00,
        0x00, 0xbf, 0x02, 0x00, 0x00, 0x00, 0x49, 0x8d, 0x76, 0x08, 0x31, 0xd2, 0x41, 0xba, 0x08, 0x00,
        0x00, 0x00, 0x0f, 0x05, 0x48, 0x89, 0xd8, 0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d, 0x41, 0x5c, 0x5d,
        0x5b, 0xc3, 0x4d, 0x39, 0xec, 0x0f, 0x83, 0x9f, 0x00, 0x00, 0x00, 0x41, 0x8b, 0x6c, 0x24, 0x4c,
        0x49, 0x8b, 0x7c, 0x24, 0x08, 0x0f, 0xba, 0xe5, 0x00, 0x73, 0x03, 0x48, 0x8b, 0x3f, 0x49, 0x8b,
        0x74, 0x24, 0x10, 0x0f, 0xba, 0xe5, 0x01, 0x73, 0x03, 0x48, 0x8b, 0x36, 0x49, 0x8b, 0x54, 0x24,
        0x18, 0x0f, 0xba, 0xe5, 0x02, 0x73, 0x03, 0x48, 0x8b, 0x12, 0x4d, 0x8b, 0x54, 0x24, 0x20, 0x0f,
        0xba, 0xe5, 0x03, 0x73, 0x03, 0x4d, 0x8b, 0x12, 0x4d, 0x8b, 0x44, 0x24, 0x28, 0x0f, 0xba, 0xe5,
        0x04, 0x73, 0x03, 0x4d, 0x8b, 0x00, 0x4d, 0x8b, 0x4c, 0x24, 0x30, 0x0f, 0xba, 0xe5, 0x05, 0x73,
        0x03, 0x4d, 0x8b, 0x09, 0x49, 0x8b, 0x04, 0x24, 0x0f, 0x05, 0x49, 0x89, 0x44, 0x24, 0x38, 0x48,
        0x3d, 0x01, 0xf0, 0xff, 0xff, 0x73, 0x06, 0x49, 0x83, 0xc4, 0x50, 0xeb, 0x85, 0x49, 0x8b, 0x54,
        0x24, 0x40, 0xf6, 0xc2, 0x01, 0x75, 0x0f, 0x48, 0xf7, 0xd8, 0x48, 0x83, 0xf8, 0x3f, 0x77, 0x17,
        0x48, 0x0f, 0xa3, 0xc2, 0x73, 0x11, 0x49, 0x63, 0x44, 0x24, 0x48, 0x48, 0x6b, 0xc0, 0x50, 0x49,
        0x01, 0xc4, 0xe9, 0x5b, 0xff, 0xff, 0xff, 0x4d, 0x89, 0x26, 0xbf, 0x7f, 0x00, 0x00, 0x00, 0xb8,
        0xe7, 0x00, 0x00, 0x00, 0x0f, 0x05, 0x0f, 0x0b,
    ];

    /// <summary>Whether this processor has a stub and this host lets us map it.</summary>
    public static bool IsSupported => RuntimeInformation.ProcessArchitecture == Architecture.X64 && Prepare();

    /// <summary>Starts a process that runs <paramref name="program"/>.</summary>
    /// <remarks>
    /// With <see cref="CloneFlags.WaitForExec"/> it returns when the program has executed or failed.
    /// The calling thread must live as long as the child when the program asks for a signal at its parent's death.
    /// </remarks>
    /// <exception cref="SyscallException">clone3 was refused.</exception>
    public static ProgramRun Start(SyscallProgram program, CloneFlags flags, SafeFileHandle? cgroup = null)
    {
        if (!IsSupported)
        {
            throw new PlatformNotSupportedException("no machine code can be mapped on this host");
        }

        var run = new ProgramRun(program);
        try
        {
            run.Begin(Call(run, flags, cgroup));
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private static (int ProcessId, SafeFileHandle Descriptor) Call(ProgramRun run, CloneFlags flags, SafeFileHandle? cgroup)
    {
        var descriptor = -1;
        var arguments = new CloneArguments
        {
            Flags = (ulong)(flags | CloneFlags.ProcessDescriptor | CloneFlags.ClearHandlers | (cgroup is null ? CloneFlags.None : CloneFlags.IntoCgroup)),
            ProcessDescriptor = (ulong)&descriptor,
            ExitSignal = ChildSignal,

            // Who shares the memory must name a stack of its own; the stub uses none, so any mapped page will do.
            Stack = flags.HasFlag(CloneFlags.SharedMemory) ? (ulong)entry : 0,
            StackSize = flags.HasFlag(CloneFlags.SharedMemory) ? PageSize : 0u,
            Cgroup = cgroup is null ? 0 : (ulong)cgroup.DangerousGetHandle(),
        };
        run.State->AllSignals = ulong.MaxValue;
        var result = entry(&arguments, (nuint)sizeof(CloneArguments), run.Program.Start, run.Program.End, run.State);
        return result < 0
            ? throw new SyscallException("clone3", (int)-result)
            : ((int)result, new SafeFileHandle(descriptor, ownsHandle: true));
    }

    // First written, then made executable: never both at once. Two threads may race: one mapping is lost, no harm.
    private static bool Prepare()
    {
        if (entry is not null)
        {
            return true;
        }

        var page = mmap(null, PageSize, 3, 0x22, -1, 0); // read | write, private | anonymous
        if (page == (void*)-1)
        {
            return false;
        }

        Code.CopyTo(new Span<byte>(page, PageSize));
        if (mprotect(page, PageSize, 5) != 0)
        {
            _ = munmap(page, PageSize); // SELinux' execmem and the like
            return false;
        }

        entry = (delegate* unmanaged<CloneArguments*, nuint, SyscallOperation*, SyscallOperation*, State*, long>)page;
        return true;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial void* mmap(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mprotect(void* address, nuint length, int protection);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(void* address, nuint length);

#pragma warning disable CS0649 // written by the stub
    internal struct State
    {
        public SyscallOperation* Failed;
        public ulong CallerSignals;
        public ulong AllSignals;
    }
#pragma warning restore CS0649

    private struct CloneArguments
    {
        public ulong Flags;
        public ulong ProcessDescriptor;
        public ulong ChildId;
        public ulong ParentId;
        public ulong ExitSignal;
        public ulong Stack;
        public ulong StackSize;
        public ulong ThreadStorage;
        public ulong SetId;
        public ulong SetIdSize;
        public ulong Cgroup;
    }
}
