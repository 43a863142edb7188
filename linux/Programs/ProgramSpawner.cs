using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux.Programs;

/// <summary>Starts a second process of our own program by posix_spawn(3) in new namespaces, and gives it a program to interpret.</summary>
public static unsafe partial class ProgramSpawner
{
    /// <summary>Writes a program to a file in memory.</summary>
    public static SafeFileHandle Write(SyscallProgram program)
    {
        var file = Pipes.MemoryFile("sandbox program");
        ProgramTransfer.Write(program, file);
        return file;
    }

    /// <summary>Moves the calling thread into new namespaces (its children, for process ids), for the rest of its life.</summary>
    public static void EnterNamespaces(CloneFlags namespaces) =>
        Errno.ThrowIfFailed(unshare((int)(uint)(ulong)namespaces), "unshare", null);

    /// <summary>Starts a command with the named descriptors open under their numbers; all others are closed.</summary>
    public static int Spawn(IReadOnlyList<string> commandLine, IReadOnlyList<string> environment, IEnumerable<SafeFileHandle> descriptors)
    {
        var actions = stackalloc byte[512]; // posix_spawn_file_actions_t of glibc has 80 bytes
        _ = posix_spawn_file_actions_init(actions);
        var arguments = ToArray(commandLine);
        var variables = ToArray(environment);
        try
        {
            foreach (var descriptor in descriptors)
            {
                // A descriptor duplicated to itself loses its close-on-exec mark in the child (glibc 2.29, musl 1.1.24).
                var number = (int)descriptor.DangerousGetHandle();
                _ = posix_spawn_file_actions_adddup2(actions, number, number);
            }

            int processId;
            var errno = posix_spawn(&processId, arguments[0], actions, null, arguments, variables);
            return errno == 0 ? processId : throw new SyscallException("posix_spawn", errno, commandLine[0]);
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(actions);
            Free(arguments);
            Free(variables);
        }
    }

    private static byte** ToArray(IReadOnlyList<string> values)
    {
        var array = (byte**)NativeMemory.AllocZeroed((nuint)values.Count + 1, (nuint)sizeof(byte*));
        for (var index = 0; index < values.Count; index++)
        {
            var bytes = Encoding.UTF8.GetBytes(values[index]);
            array[index] = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
            bytes.CopyTo(new Span<byte>(array[index], bytes.Length));
        }

        return array;
    }

    private static void Free(byte** array)
    {
        for (var entry = array; *entry is not null; entry++)
        {
            NativeMemory.Free(*entry);
        }

        NativeMemory.Free(array);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int posix_spawn(int* processId, byte* path, byte* actions, void* attributes, byte** arguments, byte** environment);
}
