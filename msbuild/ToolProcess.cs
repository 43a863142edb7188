using System.Diagnostics;

namespace SharpBuild.MSBuild;

/// <summary>The program, run to its end; a cancelled one is asked to stop before it is killed.</summary>
/// <param name="program">Its path.</param>
/// <param name="arguments">Its arguments.</param>
/// <param name="directory">Where it starts.</param>
internal sealed class ToolProcess(string program, IReadOnlyList<string> arguments, string directory)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Its path.</summary>
    public string Program { get; } = program;

    /// <summary>Runs it.</summary>
    /// <param name="read">Takes each line of standard error; standard output has none with the options it is given.</param>
    /// <param name="cancellationToken">Asks it to stop.</param>
    /// <returns>Its exit code.</returns>
    public int Run(Action<string> read, CancellationToken cancellationToken)
    {
        using var process = Start();
        process.StandardInput.Close();
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        using var stop = cancellationToken.Register(() => Stop(process));
        while (process.StandardError.ReadLine() is { } line)
        {
            read(line);
        }

        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>The command line, for the log.</summary>
    public override string ToString() => string.Join(' ', [Program, .. arguments.Select(static word => word.Contains(' ') ? $"\"{word}\"" : word)]);

    private Process Start()
    {
        var start = new ProcessStartInfo(Program, arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    // SIGINT lets it take its containers and mounts down. The shell sends it: .NET has no call for that.
    private static void Stop(Process process)
    {
        try
        {
            Process.Start("/bin/sh", ["-c", $"kill -INT {process.Id}"]).Dispose();
            if (!process.WaitForExit(Grace))
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (InvalidOperationException)
        {
            // It ended by itself.
        }
    }
}
