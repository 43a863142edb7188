using SharpBuild.Runtime;

namespace SharpBuild.Cli;

/// <summary>The entry point.</summary>
internal static class Program
{
    // The second process of a sandbox is us too, and a container waits for it: nothing else is looked at, let alone loaded, before.
    private static Task<int> Main(string[] args)
    {
        if (args is [SandboxHelper.Verb, ..])
        {
            return Task.FromResult(SandboxHelper.Main(args));
        }

        RuntimeDiagnostics.TurnOff();
        return CommandRunner.RunAsync(args);
    }
}
