using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;

namespace SharpBuild.Runtime;

/// <summary>A program of the host that a build needs, such as git: run as the user, without a sandbox, in an environment of its own.</summary>
public sealed class HostProgram
{
    // The umask decides about modes in layers: it must be the same wherever a build runs.
    private const string Wrapper = "umask 022; exec \"$0\" \"$@\"";
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
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = new List<string>();
            while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
            {
                error.Add(line);
                onError?.Invoke(line);
            }

            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, await output, string.Join('\n', error));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
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
