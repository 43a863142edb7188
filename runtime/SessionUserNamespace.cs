namespace SharpBuild.Runtime;

/// <summary>The user namespace in which an ordinary user's session runs as root.</summary>
public static class SessionUserNamespace
{
    /// <summary>Whether we are an ordinary user, and must <see cref="ReExecute"/> before anything that needs root.</summary>
    public static bool IsNeeded => !HostCapabilities.Probe().IsRoot;

    /// <summary>
    /// Runs this program again with the same arguments as root of a new user and mount namespace, forwards signals to it, and waits.
    /// </summary>
    /// <param name="args">The arguments of Main.</param>
    /// <param name="warn">Told in one sentence when the session will be restricted.</param>
    /// <returns>The exit code of the second run.</returns>
    /// <exception cref="SandboxException">The host allows no user namespaces.</exception>
    public static int ReExecute(string[] args, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(args);
        warn?.Invoke("");
        throw new NotSupportedException();
    }
}
