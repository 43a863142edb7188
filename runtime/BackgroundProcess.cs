using SharpBuild.Linux;
using SharpBuild.Linux.Programs;

namespace SharpBuild.Runtime;

/// <summary>Starts this program a second time, for work that nobody waits for.</summary>
public static class BackgroundProcess
{
    private const long ReadWrite = 2; // O_RDWR
    private static readonly string[] Handed = ["PATH", "HOME", "XDG_CONFIG_HOME", "DOTNET_ROOT", "DOTNET_EnableDiagnostics", "TMPDIR"];

    /// <summary>
    /// Starts it in a session of its own, in the root directory and with its streams on <c>/dev/null</c>: it keeps no terminal, pipe or
    /// file system busy, and whoever started it owes it nothing. Returns once it executes, after about a millisecond.
    /// </summary>
    /// <param name="arguments">The arguments of Main.</param>
    /// <param name="lookup">Reads an environment variable; only those that say where things are go along.</param>
    /// <returns>False when this host does not let us.</returns>
    public static bool TryStart(IReadOnlyList<string> arguments, Func<string, string?> lookup)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(lookup);
        if (!ProgramStarter.IsSupported)
        {
            return false;
        }

        try
        {
            using var run = ProgramStarter.Start(Describe(arguments, Variables(lookup)));
            return run.WaitForExec() is null;
        }
        catch (SyscallException)
        {
            return false;
        }
    }

    private static SyscallProgram Describe(IReadOnlyList<string> arguments, List<string> environment)
    {
        var program = new SyscallProgram();
        program.Add(SyscallNumber.Setsid, null);
        var nowhere = program.Add(SyscallNumber.Openat, "/dev/null", Descriptors.CurrentDirectory, program.Text("/dev/null"), ReadWrite);
        for (var stream = 0; stream <= 2; stream++)
        {
            program.Duplicate(nowhere, stream);
        }

        program.ChangeDirectory("/");
        program.CloseAtExec(3);
        program.UnblockSignals();
        program.Execute(OwnProgram.Path, program.TextArray(OwnProgram.CommandLine(arguments)), program.TextArray(environment));
        return program;
    }

    private static List<string> Variables(Func<string, string?> lookup)
    {
        var variables = new List<string>(Handed.Length);
        foreach (var name in Handed)
        {
            if (lookup(name) is { } value)
            {
                variables.Add($"{name}={value}");
            }
        }

        return variables;
    }
}
