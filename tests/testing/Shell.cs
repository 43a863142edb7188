using System.Diagnostics;

namespace SharpBuild.Testing;

/// <summary>Runs the tools that tests compare with.</summary>
public static class Shell
{
    /// <summary>Runs a script with <c>sh -e</c> in a directory and returns its standard output; throws with its errors when it fails.</summary>
    public static string Run(string directory, string script)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-e", "-c", script])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{script}\nexit code {process.ExitCode}\n{errors.GetAwaiter().GetResult()}");
    }

    /// <summary>Whether a program is on the path.</summary>
    public static bool Has(string program) =>
        Array.Exists((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), directory => File.Exists(Path.Combine(directory, program)));
}
