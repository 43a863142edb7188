using System.Collections.Immutable;
using System.Text;
using SharpBuild.Cache;
using SharpBuild.Parser.Sources;

namespace SharpBuild.Builder.Fetching;

/// <summary>What git shows servers so that they let it in: a header made of the build's secrets, an SSH agent.</summary>
internal sealed class GitAccess
{
    private readonly string? header;
    private readonly string scope;
    private readonly string sshCommand;
    private readonly string? agent;

    private GitAccess(string? header, string scope, string sshCommand, string? agent) =>
        (this.header, this.scope, this.sshCommand, this.agent) = (header, scope, sshCommand, agent);

    /// <summary>Settings of git.</summary>
    public ImmutableArray<(string Name, string Value)> Settings => header is null ? [] : [($"http.{scope}.extraheader", "Authorization: " + header)];

    /// <summary>The value of the <c>Authorization</c> header for a URL; null for none.</summary>
    public string? HeaderFor(string url) => url.TrimEnd('/') == scope.TrimEnd('/') || url.StartsWith(scope.TrimEnd('/') + "/", StringComparison.Ordinal) ? header : null;

    /// <summary>Finds what there is for a source; the agent is its socket, null for none.</summary>
    public static GitAccess Find(GitSource source, BuildOptions options, GitMirrors mirrors, string? agent, Func<string, string?> lookup, CancellationToken cancellationToken)
    {
        var (header, scope) = FindHeader(source, options, cancellationToken) is { } secret ? (secret, ScopeOf(source.Remote)) : (LoginOf(source), OriginOf(source.Remote));
        return new(header, scope, SshCommand(mirrors, lookup), agent);
    }

    /// <summary>Adds the environment variables.</summary>
    public void AddTo(IDictionary<string, string> variables)
    {
        variables["GIT_SSH_COMMAND"] = sshCommand;
        if (agent is not null)
        {
            variables["SSH_AUTH_SOCK"] = agent;
        }
    }

    // No configuration of the user's. A server that was never seen is believed once, and its key kept for the next time: BuildKit
    // believes it each time. What the user knows already counts, too.
    private static string SshCommand(GitMirrors mirrors, Func<string, string?> lookup)
    {
        var files = $"\"{mirrors.KnownHosts}\"" + (lookup("HOME") is { Length: > 0 } home ? $" \"{home}/.ssh/known_hosts\"" : "");
        return $"ssh -F /dev/null -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15 -o StrictHostKeyChecking=accept-new -o 'UserKnownHostsFile={files.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    private static string? FindHeader(GitSource source, BuildOptions options, CancellationToken cancellationToken) =>
        Secrets.TryRead(options, "GIT_AUTH_HEADER." + source.Host, cancellationToken)
        ?? Token(Secrets.TryRead(options, "GIT_AUTH_TOKEN." + source.Host, cancellationToken))
        ?? Secrets.TryRead(options, "GIT_AUTH_HEADER", cancellationToken)
        ?? Token(Secrets.TryRead(options, "GIT_AUTH_TOKEN", cancellationToken));

    private static string? LoginOf(GitSource source) => source.Transport is GitTransport.Http or GitTransport.Https ? source.Login?.ToHeader() : null;

    // git gives the login of a URL to the submodules that are named relative to it: those of the same server.
    private static string OriginOf(string remote) => Uri.TryCreate(remote, UriKind.Absolute, out var address) ? address.GetLeftPart(UriPartial.Authority) + "/" : remote;

    private static string? Token(string? token) =>
        token is null ? null : "basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("x-access-token:" + token));

    // The secret is for this repository; only at GitHub it counts for its neighbours, where submodules mostly are (as BuildKit).
    private static string ScopeOf(string remote)
    {
        string[] shared = ["https://github.com/", "https://www.github.com/"];
        return Array.Find(shared, prefix => remote.StartsWith(prefix, StringComparison.Ordinal)) ?? remote;
    }
}
