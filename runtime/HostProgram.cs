using System.Diagnostics;

namespace SharpBuild.Runtime;

/// <summary>Small programs of the host that do one thing for us, outside of any sandbox.</summary>
public static class HostProgram
{
    private static readonly string[] Directories = ["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin"];

    /// <summary>What a program writes to standard output; null when there is no such program, or it fails.</summary>
    public static async Task<string?> TryReadAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        if (Find(program) is not { } path)
        {
            return null;
        }

        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var complaints = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await complaints;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? output : null;
    }

    // By its whole path: Process.Start looks in the current directory, which may be a context, before the PATH.
    internal static string? Find(string program) => Directories.Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);
}
