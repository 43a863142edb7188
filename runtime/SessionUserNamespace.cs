using System.Collections;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;
using SharpBuild.Linux.Programs;
using SharpBuild.Runtime.Rootless;

namespace SharpBuild.Runtime;

/// <summary>The user namespace in which an ordinary user's session runs as root.</summary>
/// <remarks>
/// A process with several threads, as every .NET process is, cannot enter a new user namespace; a child that has
/// executed nothing yet can be born in one. So the whole program runs a second time inside, and all other code only
/// ever knows root.
/// </remarks>
public static class SessionUserNamespace
{
    private const int Kill = 9; // SIGKILL

    /// <summary>Whether we are an ordinary user, and must <see cref="ReExecute"/> before anything that needs root.</summary>
    public static bool IsNeeded => Processes.EffectiveUserId != 0;

    /// <summary>
    /// Runs this program again with the same arguments as root of a new user and mount namespace, forwards signals to it, and waits.
    /// </summary>
    /// <param name="args">The arguments of Main.</param>
    /// <param name="warn">Told in one sentence when the session will be restricted.</param>
    /// <returns>The exit code of the second run.</returns>
    /// <exception cref="SandboxException">The host allows no user namespaces.</exception>
    public static int ReExecute(string[] args, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (!ProgramStarter.IsSupported)
        {
            throw new SandboxException($"an ordinary user can start a session on x86-64 only, not on {RuntimeInformation.ProcessArchitecture}")
            {
                Hint = "run as root",
            };
        }

        using var run = Start(CommandLine(args), out var made, out var mapped);
        using (made)
        using (mapped)
        {
            using var process = run.TakeDescriptor();
            Release(run.ProcessId, process, made, mapped, warn);
            if (run.WaitForExec() is { } failure)
            {
                _ = Processes.Wait(process);
                throw Refused(new SyscallException(failure.Call, failure.Errno, failure.Subject));
            }

            return WaitForwarding(process);
        }
    }

    // The kernel's word for our program and its host: a framework-dependent one runs as "dotnet sharpbuild.dll".
    private static List<string> CommandLine(string[] args)
    {
        var words = File.ReadAllText("/proc/self/cmdline", Encoding.UTF8).TrimEnd('\0').Split('\0').ToList();
        words.RemoveRange(Math.Max(1, words.Count - args.Length), Math.Min(args.Length, words.Count - 1));
        words.AddRange(args);
        return words;
    }

    private static ProgramRun Start(List<string> commandLine, out SafeFileHandle made, out SafeFileHandle mapped)
    {
        (made, var tellMade) = Pipes.Create();
        var (hearMapped, toMapped) = Pipes.Create();
        mapped = toMapped;
        using (tellMade)
        using (hearMapped)
        {
            try
            {
                return ProgramStarter.Start(Describe(commandLine, tellMade, hearMapped));
            }
            catch (SyscallException refusal)
            {
                made.Dispose();
                mapped.Dispose();
                throw Refused(refusal);
            }
        }
    }

    private static SyscallProgram Describe(List<string> commandLine, SafeFileHandle tellMade, SafeFileHandle hearMapped)
    {
        var program = new SyscallProgram();
        program.DieWithParent();

        // Not born in it: the exec of the program that makes these calls would take the privileges of a user without a name there.
        program.Add(SyscallNumber.Unshare, "a user namespace", (long)(CloneFlags.NewUser | CloneFlags.NewMounts));
        program.Add(SyscallNumber.Write, "the user namespace", tellMade, program.Text("m"), 1);
        program.Add(SyscallNumber.Close, null, tellMade);
        program.Add(SyscallNumber.Read, "the id maps", hearMapped, program.Values<long>([0]), 1);

        // Only now: the maps of a process that cannot be traced cannot be written.
        program.ForbidTracing();
        program.Add(SyscallNumber.Setresgid, "group 0", 0, 0, 0);
        program.Add(SyscallNumber.Setresuid, "user 0", 0, 0, 0);

        // Fails where an LSM lets anyone make a user namespace but takes the power out of it.
        program.MakeMountsPrivate();
        program.DieWithParent();
        program.CloseAtExec(3);
        program.UnblockSignals();
        program.Execute(OwnProgram.Path, program.TextArray(commandLine), program.TextArray(CurrentEnvironment()));
        return program;
    }

    private static void Release(int processId, SafeFileHandle process, SafeFileHandle made, SafeFileHandle mapped, Action<string>? warn)
    {
        if (!Pipes.WaitForByte(made))
        {
            return; // it has ended, and says why
        }

        try
        {
            if (IdMapper.Map(processId) is { } warning)
            {
                warn?.Invoke(warning);
            }

            Pipes.Put(mapped, [1]);
        }
        catch
        {
            Processes.SendSignal(process, Kill);
            _ = Processes.Wait(process);
            throw;
        }
    }

    private static int WaitForwarding(SafeFileHandle process)
    {
        void Forward(PosixSignalContext context)
        {
            context.Cancel = true;

            // The keys of a terminal reach all of its foreground group, the second run included.
            var isFromKeys = context.Signal is PosixSignal.SIGINT or PosixSignal.SIGQUIT && Terminals.IsForeground;
            if (!isFromKeys)
            {
                Processes.SendSignal(process, NumberOf(context.Signal));
            }
        }

        using var interrupt = HostSignals.Listen(PosixSignal.SIGINT, Forward);
        using var quit = HostSignals.Listen(PosixSignal.SIGQUIT, Forward);
        using var terminate = HostSignals.Listen(PosixSignal.SIGTERM, Forward);
        using var hangUp = HostSignals.Listen(PosixSignal.SIGHUP, Forward);
        return Processes.Wait(process).Code;
    }

    private static int NumberOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        _ => 15,
    };

    private static List<string> CurrentEnvironment()
    {
        var entries = new List<string>();
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            entries.Add($"{entry.Key}={entry.Value}");
        }

        return entries;
    }

    private static SandboxException Refused(SyscallException refusal) =>
        new($"an ordinary user cannot be root of a user namespace on this host: {refusal.Message}", refusal)
        {
            Hint = UserNamespaceHints.Find(),
        };
}
