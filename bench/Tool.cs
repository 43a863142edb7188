using System.Collections.Immutable;
using System.Diagnostics;

namespace SharpBuild.Bench;

/// <summary>A builder as a command line.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Prefix">What starts every command, such as a chroot.</param>
/// <param name="Build">The words of a build: context, tag, and whether nothing may come from the cache.</param>
/// <param name="Import">The words that make an image of a root file system's tar: file, tag.</param>
/// <param name="Run">The words that run <c>true</c> in an image; empty when it cannot.</param>
/// <param name="Root">The directory that is <c>/</c> for it.</param>
internal sealed record Tool(
    string Name,
    ImmutableArray<string> Prefix,
    Func<string, string, bool, string[]> Build,
    Func<string, string, string[]> Import,
    Func<string, string[]> Run,
    string Root = "")
{
    /// <summary>Seconds of wall time; throws with all that was said when it fails.</summary>
    public double Time(IEnumerable<string> words)
    {
        ImmutableArray<string> command = [.. Prefix, .. words];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return process.ExitCode == 0
            ? seconds
            : throw new InvalidOperationException($"{string.Join(' ', command)}\nexit code {process.ExitCode}\n{error.GetAwaiter().GetResult()}");
    }

    /// <summary>A path as this tool sees it.</summary>
    public string Inside(string path) =>
        Root.Length > 0 && path.StartsWith(Root, StringComparison.Ordinal) ? path[Root.Length..] : path;
}
