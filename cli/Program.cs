using SharpBuild.Runtime;

namespace SharpBuild.Cli;

/// <summary>The entry point.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args)
    {
        RuntimeDiagnostics.TurnOff();
        return CommandRunner.RunAsync(args);
    }
}
