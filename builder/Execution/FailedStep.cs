using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Runtime;

namespace SharpBuild.Builder.Execution;

/// <summary>A RUN step whose process failed, with the files as it left them and the mounts that it had.</summary>
public sealed class FailedStep : IDisposable
{
    private const string UsualShell = "/bin/sh";
    private readonly SandboxSpec spec;
    private readonly MountLeases leases;
    private readonly RuntimeOptions runtime;

    internal FailedStep(BuildException failure, SandboxSpec spec, LayerDraft draft, MountLeases leases, RuntimeOptions runtime) =>
        (Failure, this.spec, Draft, this.leases, this.runtime) = (failure, spec, draft, leases, runtime);

    /// <summary>Why it failed.</summary>
    public BuildException Failure { get; }

    /// <summary>The shell that its command was for; <c>/bin/sh</c> when that was no shell's.</summary>
    public string Shell => spec.Arguments is [var shell, .., "-c", _] ? shell : UsualShell;

    internal LayerDraft Draft { get; }

    /// <summary>Runs a command in its place: as its user, in its directory, with its environment, mounts and limits. What it changes is lost.</summary>
    /// <param name="command">The command.</param>
    /// <param name="environment">What it finds in its environment besides, as <c>NAME=value</c>.</param>
    /// <param name="stdio">Where its streams lead.</param>
    /// <param name="follow">Waits for its end.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="SandboxException">The host refuses, or there is no such command.</exception>
    public async Task<SandboxExit> RunAsync(
        ImmutableArray<string> command, ImmutableArray<string> environment, SandboxStdio stdio, Func<Sandbox, Task<SandboxExit>> follow)
    {
        ArgumentNullException.ThrowIfNull(follow);

        // Its own mount of the root went with its sandbox.
        using var root = Draft.OpenRoot();
        await using var sandbox = SandboxLauncher.Start(spec with { Root = root, Arguments = command, Environment = [.. environment, .. spec.Environment], Stdio = stdio }, runtime);
        return await follow(sandbox);
    }

    /// <summary>Gives the mounts back and throws the files away.</summary>
    public void Dispose()
    {
        leases.Dispose();
        Draft.Dispose();
    }
}
