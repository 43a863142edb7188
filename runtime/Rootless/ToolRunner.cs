using SharpBuild.Linux;
using SharpBuild.Linux.Programs;
using SharpBuild.Runtime.Starting;

namespace SharpBuild.Runtime.Rootless;

/// <summary>Runs a small program of the host and waits for it.</summary>
internal static class ToolRunner
{
    /// <summary>The exit code, 127 when there is no such program; and what it said on standard error.</summary>
    public static (int Code, string Error) Run(string name, IReadOnlyList<string> arguments)
    {
        var (reader, writer) = Pipes.Create();
        using var error = new StreamReader(new FileStream(reader, FileAccess.Read, bufferSize: 0));
        using var run = Start(name, arguments, writer);
        writer.Dispose();
        var text = error.ReadToEnd();
        using var process = run.TakeDescriptor();
        return (Processes.Wait(process).Code, text);
    }

    private static ProgramRun Start(string name, IReadOnlyList<string> arguments, Operand error)
    {
        var program = new SyscallProgram();
        program.Duplicate(error, 2);
        program.CloseAtExec(3);
        program.UnblockSignals();
        var paths = CommandLookup.Candidates(name, []);
        var environment = program.TextArray(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"]);
        var list = program.TextArray(arguments);
        foreach (var path in paths)
        {
            program.Execute(path, list, environment);
            program.Tolerate();
        }

        return ProgramStarter.Start(program);
    }
}
