using System.Buffers.Binary;

namespace SharpBuild.Runtime.Agents;

/// <summary>The agent protocol (draft-ietf-sshm-ssh-agent): a length, a type, a body; each request has one answer, in order.</summary>
internal static class AgentConversation
{
    private const int LongestMessage = 256 * 1024; // OpenSSH's own limit
    private const byte RequestIdentities = 11;
    private const byte SignRequest = 13;

    // Length 1, type 5: SSH_AGENT_FAILURE.
    private static readonly byte[] Failure = [0, 0, 0, 1, 5];

    /// <summary>Hands permitted requests to <paramref name="agent"/> and its answers back; says no to all others itself.</summary>
    public static async Task RelayAsync(Stream asker, Stream agent, CancellationToken cancellationToken)
    {
        while (await ReadAsync(asker, cancellationToken) is { } request)
        {
            if (!IsPermitted(request))
            {
                await asker.WriteAsync(Failure, cancellationToken);
                continue;
            }

            await agent.WriteAsync(request, cancellationToken);
            if (await ReadAsync(agent, cancellationToken) is not { } answer)
            {
                return;
            }

            await asker.WriteAsync(answer, cancellationToken);
        }
    }

    private static bool IsPermitted(byte[] request) => request.Length > sizeof(int) && request[sizeof(int)] is (RequestIdentities or SignRequest);

    // A whole message with its length; null at the end, or when it is longer than any agent takes.
    private static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var length = new byte[sizeof(int)];
        if (await stream.ReadAtLeastAsync(length, length.Length, throwOnEndOfStream: false, cancellationToken) < length.Length)
        {
            return null;
        }

        var size = BinaryPrimitives.ReadUInt32BigEndian(length);
        if (size > LongestMessage)
        {
            return null;
        }

        var message = new byte[length.Length + size];
        length.CopyTo(message, 0);
        await stream.ReadExactlyAsync(message.AsMemory(length.Length), cancellationToken);
        return message;
    }
}
