using System.Diagnostics;

namespace SharpBuild.MSBuild;

/// <summary>The program, run to its end; a cancelled one is asked to stop before it is killed.</summary>
/// <param name="program">Its path.</param>
/// <param name="arguments">Its arguments.</param>
/// <param name="directory">Where it starts.</param>
/// <param name="environment">Variables on top of ours.</param>
internal sealed class ToolProcess(string program, IReadOnlyList<string> arguments, string directory, IReadOnlyDictionary<string, string>? environment = null)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Its path.</summary>
    public string Program { get; } = program;

    /// <summary>Runs it.</summary>
    /// <param name="readError">Takes each line of standard error.</param>
    /// <param name="readOutput">Takes each line of standard output, on another thread.</param>
    /// <param name="cancellationToken">Asks it to stop.</param>
    /// <returns>Its exit code.</returns>
    public int Run(Action<string> readError, Action<string>? readOutput, CancellationToken cancellationToken)
    {
        using var process = Start();
        process.StandardInput.Close();
        process.OutputDataReceived += (_, read) =>
        {
            if (read.Data is { } line)
            {
                readOutput?.Invoke(line);
            }
        };
        process.BeginOutputReadLine();
        using var stop = cancellationToken.Register(() => Stop(process));
        while (process.StandardError.ReadLine() is { } line)
        {
            readError(line);
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
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

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
