using System.Diagnostics;

namespace SharpBuild.Testing;

/// <summary>A program with arguments, run without a shell and without standard input; immutable.</summary>
/// <param name="Program">A name on the PATH or an absolute path.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record Command(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>The directory it starts in; null for the tests' own.</summary>
    public string? Directory { get; init; }

    /// <summary>Variables set (or, with null, removed) on top of the tests' own environment.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>After this it is killed and the test fails.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a program of that name is on the PATH.</summary>
    public static bool Exists(string program) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));

    /// <summary>Runs it to its end, whatever its exit code.</summary>
    public async Task<CommandResult> RunAsync(CancellationToken cancellation)
    {
        using var process = Start();
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{this} took longer than {Limit}:\n{await output}\n{await error}", exception);
        }

        return new CommandResult(this, process.ExitCode, await output, await error);
    }

    /// <summary>Runs it to its end and fails with all that it said unless it exits with 0.</summary>
    /// <returns>Its standard output.</returns>
    public async Task<string> SucceedAsync(CancellationToken cancellation)
    {
        var result = await RunAsync(cancellation);
        Xunit.Assert.True(result.ExitCode == 0, result.ToString());
        return result.Output;
    }

    /// <summary>Starts it with its streams piped; the caller ends and disposes it.</summary>
    public Process Start()
    {
        // Whatever the tests were started by may ignore signals (nohup, a shell's "&"), and children would inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal", Program, .. Arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Directory ?? "",
        };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start");
    }

    /// <summary>The command line.</summary>
    public override string ToString() => $"{Program} {string.Join(' ', Arguments)}";
}
