using System.Buffers.Binary;
using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;
using SharpBuild.Linux.Programs;
using SharpBuild.Runtime.Planning;

namespace SharpBuild.Runtime.Starting;

/// <summary>Starts a sandbox through a second process of our own program, which makes the same system calls from managed code.</summary>
internal static class HelperStart
{
    private const int ReportSize = 2 * sizeof(int);

    /// <summary>Starts <paramref name="program"/>; returns once the command is being executed.</summary>
    public static (int Id, SafeFileHandle Descriptor) Run(
        SyscallProgram program, SandboxPlan plan, SandboxDescriptors descriptors, string command)
    {
        using var file = ProgramSpawner.Write(program);
        var (reader, writer) = Pipes.Create();
        using (reader)
        {
            var process = StartOnItsOwnThread(plan.Namespaces, CommandLine(file, writer), [.. descriptors.All(), file, writer]);
            writer.Dispose();

            // The command's exec closes the pipe without a word; a failure is reported first.
            Span<byte> report = stackalloc byte[ReportSize];
            if (ReadFully(reader, report) < ReportSize)
            {
                return process;
            }

            _ = Processes.Wait(process.Descriptor);
            process.Descriptor.Dispose();
            throw Failure(program, report, command);
        }
    }

    // A thread of its own enters the namespaces, and lives as long as the child, which is to die with its parent thread.
    private static (int Id, SafeFileHandle Descriptor) StartOnItsOwnThread(
        CloneFlags namespaces, List<string> commandLine, List<SafeFileHandle> descriptors)
    {
        var started = new TaskCompletionSource<(int, SafeFileHandle)>();
        void Parent()
        {
            try
            {
                ProgramSpawner.EnterNamespaces(namespaces);
                var id = ProgramSpawner.Spawn(commandLine, CurrentEnvironment(), descriptors);
                var process = Processes.Open(id);
                using var watched = Descriptors.Duplicate(process);
                started.SetResult((id, process));
                Processes.WaitUntilEnded(watched);
            }
            catch (SyscallException refusal)
            {
                started.TrySetException(refusal);
            }
        }

        new Thread(Parent, maxStackSize: 256 * 1024) { IsBackground = true, Name = "sandbox parent" }.Start();
        return started.Task.GetAwaiter().GetResult();
    }

    private static SandboxException Failure(SyscallProgram program, ReadOnlySpan<byte> report, string command)
    {
        var index = BinaryPrimitives.ReadInt32LittleEndian(report);
        var result = BinaryPrimitives.ReadInt32LittleEndian(report[sizeof(int)..]);
        var (call, subject) = program.Describe(index);
        return StartFailure.From(new(index, call, -result, subject), command, ImmutableArray.Create<long>(result));
    }

    private static int ReadFully(SafeFileHandle pipe, Span<byte> buffer)
    {
        using var stream = new FileStream(new SafeFileHandle(pipe.DangerousGetHandle(), ownsHandle: false), FileAccess.Read, bufferSize: 0);
        return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
    }

    private static List<string> CommandLine(SafeFileHandle file, SafeFileHandle report) =>
        OwnProgram.CommandLine([SandboxHelper.Verb, Number(file), Number(report)]);

    private static string Number(SafeFileHandle descriptor) => descriptor.DangerousGetHandle().ToString(CultureInfo.InvariantCulture);

    private static List<string> CurrentEnvironment()
    {
        var entries = new List<string>();
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            entries.Add($"{entry.Key}={entry.Value}");
        }

        return entries;
    }
}
