using System.Net.Sockets;

namespace SharpBuild.Runtime.Agents;

/// <summary>
/// Lets a sandbox ask an SSH agent which keys it has and for signatures, and nothing else: a step can neither add keys to the
/// user's agent nor remove or lock them.
/// </summary>
/// <param name="agentPath">The agent's socket.</param>
public sealed class AgentRelay(string agentPath) : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private Socket? listener;

    /// <summary>Answers whoever connects to <paramref name="listening"/>, which this object owns from now on.</summary>
    public void Serve(Socket listening)
    {
        listener = listening;
        _ = AcceptAsync(listening, stop.Token);
    }

    /// <summary>Cuts all connections.</summary>
    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
        listener?.Dispose();
    }

    private async Task AcceptAsync(Socket listening, CancellationToken stopped)
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await listening.AcceptAsync(stopped), stopped);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The step is over.
        }
    }

    private async Task RelayAsync(Socket client, CancellationToken stopped)
    {
        try
        {
            await using var asker = new NetworkStream(client, ownsSocket: true);
            using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(agentPath), stopped);
            await using var agent = new NetworkStream(connection);
            await AgentConversation.RelayAsync(asker, agent, stopped);
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
        {
            // Either side hung up: the asking program says what that means to it.
        }
    }
}
