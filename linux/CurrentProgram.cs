using System.Runtime.InteropServices;
using System.Text;

namespace SharpBuild.Linux;

/// <summary>The program that this process runs.</summary>
public static unsafe partial class CurrentProgram
{
    /// <summary>Starts this program anew in this process (execve(2)), with one more environment variable.</summary>
    /// <remarks>
    /// Arguments and environment are passed on as bytes, since neither has to be UTF-8. Returns only when it fails.
    /// </remarks>
    /// <param name="variable">The variable as <c>NAME=value</c>; it takes the place of one with this name.</param>
    /// <exception cref="SyscallException">The kernel refused.</exception>
    public static void Restart(string variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var name = Encoding.UTF8.GetBytes(variable[..(variable.IndexOf('=', StringComparison.Ordinal) + 1)]);
        var arguments = Split(File.ReadAllBytes("/proc/self/cmdline"));
        var environment = Split(File.ReadAllBytes("/proc/self/environ"));
        environment.RemoveAll(entry => entry.AsSpan().StartsWith(name));
        environment.Add([.. Encoding.UTF8.GetBytes(variable), 0]);

        // What /proc/self/exe names, not the link itself: the runtime looks for its files beside the program's path.
        var program = File.ResolveLinkTarget("/proc/self/exe", returnFinalTarget: false)!.FullName;
        var argumentPointers = Allocate(arguments);
        var environmentPointers = Allocate(environment);
        Errno.ThrowIfFailed(execve(program, argumentPointers, environmentPointers), "execve", program);
    }

    // Each entry keeps the NUL that ends it.
    private static List<byte[]> Split(byte[] block)
    {
        var entries = new List<byte[]>();
        for (var start = 0; start < block.Length;)
        {
            var end = Array.IndexOf(block, (byte)0, start);
            end = end < 0 ? block.Length - 1 : end;
            entries.Add(block[start..(end + 1)]);
            start = end + 1;
        }

        return entries;
    }

    // Never freed: the process image goes, or the process reports the failure and ends.
    private static byte** Allocate(List<byte[]> entries)
    {
        var pointers = (byte**)NativeMemory.AllocZeroed((nuint)(entries.Count + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < entries.Count; i++)
        {
            pointers[i] = (byte*)NativeMemory.Alloc((nuint)entries[i].Length);
            entries[i].CopyTo(new Span<byte>(pointers[i], entries[i].Length));
        }

        return pointers;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execve(string program, byte** arguments, byte** environment);
}
