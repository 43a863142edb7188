namespace SharpBuild.Runtime;

/// <summary>The second process of <see cref="RuntimeBackend.Helper"/>.</summary>
public static class SandboxHelper
{
    /// <summary>The first argument by which Main knows that it is this process.</summary>
    public const string Verb = "__sandbox";

    /// <summary>Runs the table of system calls that it was handed; returns only when one failed.</summary>
    public static int Main(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        throw new NotSupportedException();
    }
}
