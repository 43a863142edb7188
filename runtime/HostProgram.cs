using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace SharpBuild.Runtime;

/// <summary>A program of the host that a build needs, such as git: run as the user, without a sandbox, in an environment of its own.</summary>
public sealed class HostProgram
{
    // The umask decides about modes in layers: it must be the same wherever a build runs.
    private const string Wrapper = "umask 022; exec \"$0\" \"$@\"";

    private const int MostOutput = 64 << 20;
    private const int MostLines = 1000;
    private const int LongestLine = 16 * 1024;

    private HostProgram(string path) => Path = path;

    /// <summary>Where it is.</summary>
    internal string Path { get; }

    /// <summary>Finds a program; null when it is not installed.</summary>
    /// <param name="name">Its name, without a slash.</param>
    /// <param name="searchPath">The PATH. Relative directories in it do not count: a build context must not bring the program along.</param>
    public static HostProgram? TryFind(string name, string searchPath)
    {
        ArgumentNullException.ThrowIfNull(searchPath);
        foreach (var directory in searchPath.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var candidate = System.IO.Path.Combine(directory, name);
            if (System.IO.Path.IsPathRooted(directory) && File.Exists(candidate))
            {
                return new(candidate);
            }
        }

        return null;
    }

    /// <summary>Runs it to its end; its standard input is empty.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="environment">All of its environment.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="onError">Hears what it writes to standard error, line by line; may be null.</param>
    /// <param name="cancellationToken">Kills it and its children.</param>
    /// <exception cref="SandboxException">It cannot be started.</exception>
    public async Task<HostProgramResult> RunAsync(
        IEnumerable<string> arguments, ImmutableDictionary<string, string> environment, string workingDirectory, Action<string>? onError, CancellationToken cancellationToken)
    {
        using var process = Start(arguments, environment, workingDirectory);
        try
        {
            process.StandardInput.Close();
            var output = ReadAllAsync(process.StandardOutput, cancellationToken);
            var error = await ReadErrorAsync(process.StandardError, onError, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, await output, error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    // What is behind the limit is cut off: the program sees a closed pipe, and fails.
    private static async Task<string> ReadAllAsync(StreamReader stream, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[16 * 1024];
        for (int count; text.Length < MostOutput && (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            text.Append(buffer, 0, count);
        }

        stream.Close();
        return text.ToString();
    }

    // Line by line, as long as it lasts; a server may let the program repeat its words for ever, so only the last of them are kept.
    private static async Task<string> ReadErrorAsync(StreamReader stream, Action<string>? onError, CancellationToken cancellationToken)
    {
        var lines = new Queue<string>();
        var line = new StringBuilder();
        var buffer = new char[4096];
        for (int count; (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            foreach (var character in buffer.AsSpan(0, count))
            {
                if (character != '\n' && line.Length < LongestLine)
                {
                    line.Append(character);
                    continue;
                }

                End();
                line.Append(character == '\n' ? "" : character.ToString());
            }
        }

        if (line.Length > 0)
        {
            End();
        }

        return string.Join('\n', lines);

        void End()
        {
            var text = line.ToString().TrimEnd('\r');
            line.Clear();
            lines.Enqueue(text);
            onError?.Invoke(text);
            if (lines.Count > MostLines)
            {
                lines.Dequeue();
            }
        }
    }

    private Process Start(IEnumerable<string> arguments, ImmutableDictionary<string, string> environment, string workingDirectory)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Wrapper, Path, .. arguments])
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new SandboxException($"{Path} cannot be started: {exception.Message}", exception);
        }
    }
}

/// <summary>How a program of the host ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record HostProgramResult(int ExitCode, string Output, string Error);
