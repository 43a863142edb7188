using System.Globalization;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux.Programs;

namespace SharpBuild.Runtime;

/// <summary>The second process of <see cref="RuntimeBackend.Helper"/>.</summary>
public static class SandboxHelper
{
    /// <summary>The first argument by which Main knows that it is this process.</summary>
    public const string Verb = "__sandbox";

    private const int Failed = 127;

    /// <summary>Runs the table of system calls that it was handed; returns only when one failed.</summary>
    /// <param name="args">The verb, and the numbers of the descriptors that hold the table and take the report.</param>
    public static int Main(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (args is [Verb, var program, var report] && TryOpen(program) is { } file && TryOpen(report) is { } pipe)
        {
            ProgramInterpreter.Run(file, pipe);
        }

        return Failed;
    }

    private static SafeFileHandle? TryOpen(string number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor)
            ? new SafeFileHandle(descriptor, ownsHandle: false)
            : null;
}
