using System.Collections.Concurrent;
using System.Diagnostics;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Planning;
using SharpBuild.Image;

namespace SharpBuild.Builder.Fetching;

/// <summary>All that a build takes from outside, each asked for once. Thread-safe.</summary>
internal sealed class RemoteFiles : IDisposable
{
    private readonly WebClient client;
    private readonly HttpFetcher http;
    private readonly GitFetcher git;
    private readonly InputFile input;
    private readonly ConcurrentDictionary<Digest, FetchedSource> resolved = new();

    /// <summary>Prepares for a build; connects to nobody.</summary>
    public RemoteFiles(BuildOptions options, BuilderServices services, SshAgents agents)
    {
        client = new WebClient(options, services.Registry.Options.Proxy, services.Clock);
        http = new HttpFetcher(services.Store, client, services.Clock);
        git = new GitFetcher(services.Store, options, agents, client, services.Clock);
        input = new InputFile(services);
    }

    /// <summary>Finds out what a source is now.</summary>
    /// <exception cref="BuildException">It cannot be had.</exception>
    public async Task<FetchedSource> ResolveAsync(RemoteStep step, FetchReporter reporter, CancellationToken cancellationToken)
    {
        if (resolved.TryGetValue(step.Definition, out var known))
        {
            return known with { IsNew = false };
        }

        var found = step switch
        {
            HttpStep file => await http.ResolveAsync(file, reporter, cancellationToken),
            GitStep repository => await git.ResolveAsync(repository, reporter, cancellationToken),
            InputStep => await input.ReadAsync((InputStep)step, reporter, cancellationToken),
            _ => throw new UnreachableException($"no rule for {step.Kind}"),
        };
        return resolved[step.Definition] = found;
    }

    /// <summary>Brings a source here that is known by its key alone.</summary>
    /// <exception cref="BuildException">It cannot be had.</exception>
    public async Task<StepResult> FetchAsync(RemoteStep step, FetchReporter reporter, CancellationToken cancellationToken)
    {
        var result = step switch
        {
            HttpStep file => await http.FetchAsync(file, reporter, cancellationToken),
            GitStep repository => await git.FetchAsync(repository, reporter, cancellationToken),
            _ => throw new UnreachableException($"{step.Kind} is there once its key is known"),
        };
        resolved[step.Definition] = resolved[step.Definition] with { Result = result };
        return result;
    }

    /// <summary>The key of a source that was resolved.</summary>
    public Digest? TryGetKey(RemoteStep step) => resolved.GetValueOrDefault(step.Definition)?.Key;

    /// <summary>When a file was changed last, as its server says; null when it does not, or the file was not resolved.</summary>
    public DateTimeOffset? TryGetModified(HttpStep step) => resolved.GetValueOrDefault(step.Definition)?.Modified;

    /// <summary>The files of a source that was resolved; null while they are not here.</summary>
    public StepResult? TryGetResult(RemoteStep step) => resolved.GetValueOrDefault(step.Definition)?.Result;

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
