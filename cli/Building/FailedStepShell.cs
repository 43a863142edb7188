using SharpBuild.Builder.Execution;
using SharpBuild.Engine;
using SharpBuild.Runtime;

namespace SharpBuild.Cli.Building;

/// <summary><c>--shell-on-error</c>: a shell where a step failed.</summary>
internal static class FailedStepShell
{
    /// <summary>Lets the user look around until the shell ends.</summary>
    public static async Task OpenAsync(FailedStep step, CommandHost host, CancellationToken cancellationToken)
    {
        var console = StandardStreams.OpenConsole();
        host.ComplainNow("\nA shell in the failed step, with its files, mounts, user and environment. What you change is lost; 'exit' ends the build.\n");
        var terminal = host.Lookup("TERM") is { Length: > 0 } name ? name : "xterm";
        try
        {
            await step.RunAsync([step.Shell], [$"TERM={terminal}"], ContainerSession.Stdio(terminal: true, interactive: true, console), FollowAsync);
        }
        catch (SandboxException nothing)
        {
            host.ComplainNow($"sharpbuild: there is no shell in the failed step: {nothing.Message}\n");
        }

        // An interactive shell shrugs at being asked to end, and it is nobody's any more when its terminal is gone.
        async Task<SandboxExit> FollowAsync(Sandbox sandbox)
        {
            await using var end = cancellationToken.Register(sandbox.Kill);
            return await new ContainerSession(sandbox, console).FollowAsync();
        }
    }
}
