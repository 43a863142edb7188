using SharpBuild.Linux;

namespace SharpBuild.Runtime.Agents;

/// <summary>An SSH agent that a build may ask for signatures: the user's own, or one that holds some keys for as long as this object lives.</summary>
public sealed class SshAgent : IDisposable
{
    private readonly KeyAgent? started;

    private SshAgent(string socketPath, KeyAgent? started) => (SocketPath, this.started) = (socketPath, started);

    /// <summary>Where it listens, for <c>SSH_AUTH_SOCK</c>.</summary>
    public string SocketPath { get; }

    /// <summary>Opens the agent behind a socket, or starts one with the keys in some files.</summary>
    /// <param name="paths">A socket alone, or files of private keys without a passphrase.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="SandboxException">A key cannot be used, both kinds are mixed, or the system has no ssh-agent.</exception>
    public static async Task<SshAgent> OpenAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var sockets = paths.Count(IsSocket);
        if (sockets == 0)
        {
            var agent = await KeyAgent.StartAsync(paths, cancellationToken);
            return new(agent.SocketPath, agent);
        }

        return paths is [var socket]
            ? new(socket, null)
            : throw new SandboxException($"'{paths.First(IsSocket)}' is an agent's socket, which cannot be in a list of keys")
            {
                Code = SandboxException.AgentUnusable,
                Hint = "give one socket, or only files of keys",
            };
    }

    /// <inheritdoc/>
    public void Dispose() => started?.Dispose();

    private static bool IsSocket(string path)
    {
        using var file = Descriptors.Open(path, OpenFlags.PathOnly);
        return FileStatuses.Get(file).Kind == FileKind.Socket;
    }
}
