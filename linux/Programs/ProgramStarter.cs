using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux.Programs;

/// <summary>Starts a process by clone3(2) that runs a <see cref="SyscallProgram"/>: the one way in which this program makes others.</summary>
/// <remarks>
/// The child executes a program of some hundred bytes at once, which makes the calls; it is never an image of ours, shares
/// no memory with us, and has no descriptor but its standard streams and those that the program names.
/// </remarks>
public static unsafe class ProgramStarter
{
    private const int PageSize = 4096;
    private const int ChildSignal = 17; // SIGCHLD

    /// <summary>Whether there is machine code for this processor.</summary>
    public static bool IsSupported => MachineCode.Current is not null;

    /// <summary>Starts a process that runs <paramref name="program"/>; returns when that begins.</summary>
    /// <remarks>The calling thread must live as long as the child when the program asks for a signal at its parent's death.</remarks>
    /// <param name="program">What it does.</param>
    /// <param name="namespaces">The namespaces that it is born in. A user namespace is made by the program itself: exec takes its privileges away.</param>
    /// <param name="cgroup">The cgroup (v2) that it is born in.</param>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    public static ProgramRun Start(SyscallProgram program, CloneFlags namespaces = CloneFlags.None, SafeFileHandle? cgroup = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        Signals.KeepEndedChildren();
        var (reader, writer) = Pipes.Create();
        try
        {
            using (writer)
            {
                using var table = ProgramTable.Write(program, writer);
                return new ProgramRun(program, Start(table, [.. program.Descriptors, writer, table], namespaces, cgroup), reader);
            }
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private static (int ProcessId, SafeFileHandle Descriptor) Start(
        SafeFileHandle table, SafeFileHandle[] descriptors, CloneFlags namespaces, SafeFileHandle? cgroup)
    {
        var image = ProgramImage.Get();
        try
        {
            return Start(image, table, descriptors, namespaces, cgroup);
        }
        catch (SyscallException refusal) when (refusal is { Call: "execveat", Errno: Errno.EACCES or Errno.EPERM })
        {
            return Start(ProgramImage.GetInsteadOf(image) ?? throw refusal, table, descriptors, namespaces, cgroup);
        }
    }

    private static (int ProcessId, SafeFileHandle Descriptor) Start(
        ProgramImage image, SafeFileHandle table, SafeFileHandle[] descriptors, CloneFlags namespaces, SafeFileHandle? cgroup)
    {
        var kept = stackalloc int[descriptors.Length + 1];
        for (var index = 0; index < descriptors.Length; index++)
        {
            kept[index] = (int)descriptors[index].DangerousGetHandle();
        }

        kept[descriptors.Length] = -1;
        var number = System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{table.DangerousGetHandle()}\0"));
        fixed (byte* first = "container-start\0"u8, second = number)
        {
            var arguments = stackalloc byte*[3] { first, second, null };
            var state = new State
            {
                AllSignals = ulong.MaxValue,
                Descriptors = kept,
                Image = image.File.DangerousGetHandle(),
                Arguments = arguments,
                Environment = &arguments[2],
            };
            return Call(image, namespaces, cgroup, &state);
        }
    }

    private static (int ProcessId, SafeFileHandle Descriptor) Call(ProgramImage image, CloneFlags namespaces, SafeFileHandle? cgroup, State* state)
    {
        var descriptor = -1;
        var arguments = new CloneArguments
        {
            Flags = (ulong)(namespaces | CloneFlags.SharedMemory | CloneFlags.WaitForExec | CloneFlags.ProcessDescriptor | CloneFlags.ClearHandlers
                | (cgroup is null ? CloneFlags.None : CloneFlags.IntoCgroup)),
            ProcessDescriptor = (ulong)&descriptor,
            ExitSignal = ChildSignal,

            // Who shares the memory must name a stack of its own; the starter uses none, so any mapped page will do.
            Stack = (ulong)image.Starter & ~(PageSize - 1UL),
            StackSize = PageSize,
            Cgroup = cgroup is null ? 0 : (ulong)cgroup.DangerousGetHandle(),
        };
        var result = image.Starter(&arguments, (nuint)sizeof(CloneArguments), state);
        if (result < 0)
        {
            throw new SyscallException("clone3", (int)-result);
        }

        var process = new SafeFileHandle(descriptor, ownsHandle: true);
        if (state->Error == 0)
        {
            return ((int)result, process);
        }

        _ = Processes.Wait(process);
        process.Dispose();
        throw new SyscallException("execveat", (int)-state->Error, "the program that starts containers");
    }

    // As Starter.x64.s reads and writes it.
    private struct State
    {
        public long Error;
        public ulong CallerSignals;
        public ulong AllSignals;
        public int* Descriptors;
        public long Image;
        public byte** Arguments;
        public byte** Environment;
    }

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
