using System.Collections.Immutable;
using SharpBuild.Runtime.Agents;

namespace SharpBuild.Builder.Execution;

/// <summary>The agents of <c>--ssh</c> during one build; one that has to be started is started when it is first asked for.</summary>
/// <param name="sources">Where each comes from, by id.</param>
internal sealed class SshAgents(ImmutableDictionary<string, AgentSource> sources) : IDisposable
{
    private readonly Dictionary<string, Task<SshAgent>> open = new(StringComparer.Ordinal);

    /// <summary>The socket of an agent; null when the command line gave none of this id.</summary>
    /// <exception cref="Runtime.SandboxException">It cannot be used.</exception>
    public async Task<string?> TryOpenAsync(string id, CancellationToken cancellationToken)
    {
        if (!sources.TryGetValue(id, out var source))
        {
            return null;
        }

        Task<SshAgent>? agent;
        lock (open)
        {
            if (!open.TryGetValue(id, out agent))
            {
                agent = SshAgent.OpenAsync(source.Paths, cancellationToken);
                open.Add(id, agent);
            }
        }

        return (await agent).SocketPath;
    }

    /// <summary>Ends the agents that were started; no step runs any more.</summary>
    public void Dispose()
    {
        foreach (var agent in open.Values.Where(a => a.IsCompletedSuccessfully))
        {
            agent.Result.Dispose();
        }
    }
}
