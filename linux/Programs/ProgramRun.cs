using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux.Programs;

/// <summary>A process that was started with a program. Not thread-safe.</summary>
public sealed class ProgramRun : IDisposable
{
    private const int ReportSize = 16;

    private readonly SyscallProgram program;
    private readonly SafeFileHandle reports;
    private readonly List<ProgramFailure> failures = [];
    private SafeFileHandle? descriptor;

    internal ProgramRun(SyscallProgram program, (int ProcessId, SafeFileHandle Descriptor) process, SafeFileHandle reports)
    {
        this.program = program;
        this.reports = reports;
        (ProcessId, descriptor) = process;
    }

    /// <summary>The process id as this process sees it.</summary>
    public int ProcessId { get; }

    /// <summary>The calls that failed so far, those whose failure was tolerated included.</summary>
    public IReadOnlyList<ProgramFailure> Failures => failures;

    /// <summary>Hands out the descriptor of the process (pidfd); the caller owns it then.</summary>
    public SafeFileHandle TakeDescriptor()
    {
        var taken = descriptor ?? throw new InvalidOperationException("the descriptor was taken before");
        descriptor = null;
        return taken;
    }

    /// <summary>Waits until the program has executed a command, failed, or ended.</summary>
    /// <returns>The call that ended it, if one did.</returns>
    public ProgramFailure? WaitForExec()
    {
        // The end of the pipe that both ways of ending close; a report is written at once.
        Span<byte> report = stackalloc byte[ReportSize];
        while (ReadReport(report))
        {
            if (ProgramTable.IndexOf(BinaryPrimitives.ReadInt64LittleEndian(report)) is >= 0 and var index)
            {
                failures.Add(program.Describe(index, (int)BinaryPrimitives.ReadInt64LittleEndian(report[8..])));
            }
        }

        return failures is [.., { IsTolerated: false } last] ? last : null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        descriptor?.Dispose();
        reports.Dispose();
    }

    private bool ReadReport(Span<byte> report)
    {
        var filled = 0;
        while (filled < ReportSize)
        {
            var count = Pipes.Read(reports, report[filled..]);
            if (count is 0 or < 0 and not -Errno.EINTR)
            {
                return false;
            }

            filled += Math.Max(count, 0);
        }

        return true;
    }
}

/// <summary>A call of a program that failed.</summary>
/// <param name="Call">Its name as in the manual page.</param>
/// <param name="Errno">The error number.</param>
/// <param name="Subject">What it was about.</param>
/// <param name="IsTolerated">Whether the program went on.</param>
public sealed record ProgramFailure(string Call, int Errno, string? Subject, bool IsTolerated = false);
