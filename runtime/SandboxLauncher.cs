using System.Runtime.InteropServices;
using SharpBuild.Runtime.Starting;

namespace SharpBuild.Runtime;

/// <summary>Starts sandboxes: the one place that crosses from this process into another set of namespaces.</summary>
public static class SandboxLauncher
{
    /// <summary>Starts a command; returns once it is being executed, after about 3 ms.</summary>
    /// <exception cref="SandboxException">The host refused, or there is no such command.</exception>
    public static Sandbox Start(SandboxSpec spec, RuntimeOptions options)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(options);
        if (spec.Arguments.IsDefaultOrEmpty)
        {
            throw new ArgumentException("a sandbox needs a command", nameof(spec));
        }

        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new SandboxException($"sandboxes can be started on x86-64 only, not on {RuntimeInformation.ProcessArchitecture}");
        }

        return SandboxStarter.Start(spec, options);
    }
}
