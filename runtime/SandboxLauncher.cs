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

        RefuseZeros(spec);
        return SandboxStarter.Start(spec, options);
    }

    // The kernel ends a string at its first zero character: what was checked would not be what is used.
    private static void RefuseZeros(SandboxSpec spec)
    {
        foreach (var (what, text) in Texts(spec))
        {
            if (text.Contains('\0', StringComparison.Ordinal))
            {
                throw new SandboxException($"the {what} '{text.Replace("\0", "\\0", StringComparison.Ordinal)}' has a NUL character in it")
                {
                    Code = SandboxException.BadSpecification,
                    Hint = "remove the character",
                };
            }
        }
    }

    private static IEnumerable<(string What, string Text)> Texts(SandboxSpec spec) =>
    [
        ("working directory", spec.WorkingDirectory),
        ("user", spec.User),
        ("host name", spec.Hostname),
        .. spec.Arguments.Select(static argument => ("argument", argument)),
        .. spec.Environment.Select(static variable => ("variable", variable)),
        .. spec.Mounts.Select(static mount => ("mount target", mount.Target)),
        .. spec.ExtraHosts.Select(static host => ("host", host.Host + host.Address)),
    ];
}
