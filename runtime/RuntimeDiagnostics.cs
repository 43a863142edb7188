using System.Runtime.CompilerServices;
using SharpBuild.Linux;

namespace SharpBuild.Runtime;

/// <summary>Keeps the diagnostics of the .NET runtime off.</summary>
/// <remarks>
/// CoreCLR listens on a socket in the temporary directory, and whoever can connect to it can load code into this process. A container
/// that sees this directory (<c>-v /tmp:/tmp</c>) could take over the host that way. Only an environment variable that is set before the
/// runtime starts turns the socket off, so the program starts itself anew with it. Native code has no such socket and skips this.
/// </remarks>
public static class RuntimeDiagnostics
{
    private const string Variable = "DOTNET_EnableDiagnostics";

    /// <summary>Starts the program anew without diagnostics, unless it has none or the user has set the variable himself.</summary>
    public static void TurnOff()
    {
        if (!RuntimeFeature.IsDynamicCodeCompiled || System.Environment.GetEnvironmentVariable(Variable) is not null)
        {
            return;
        }

        // The new program has this process's id but does not know of the files that the runtime has already made.
        RemoveFiles();
        CurrentProgram.Restart($"{Variable}=0");
    }

    private static void RemoveFiles()
    {
        string[] patterns = [$"dotnet-diagnostic-{System.Environment.ProcessId}-*", $"clr-debug-pipe-{System.Environment.ProcessId}-*"];
        foreach (var file in patterns.SelectMany(static pattern => Directory.EnumerateFiles(Path.GetTempPath(), pattern)))
        {
            File.Delete(file);
        }
    }
}
