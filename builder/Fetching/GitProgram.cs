using System.Collections.Immutable;
using System.Globalization;
using SharpBuild.Image.Web;
using SharpBuild.Parser.Sources;
using SharpBuild.Runtime;

namespace SharpBuild.Builder.Fetching;

/// <summary>
/// The host's git in a shell of its own: no configuration of the user or the system, no hooks, no questions, no transports but those
/// that a source may name. A repository can then bring nothing that is run.
/// </summary>
internal sealed class GitProgram
{
    private const string NetworkProtocols = "http:https:ssh:git";

    // The speed limits are git's own variables, for whoever needs others than ours.
    private static readonly string[] Inherited =
        ["PATH", "TMPDIR", "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_HTTP_LOW_SPEED_LIMIT", "GIT_HTTP_LOW_SPEED_TIME"];

    // git watches the speed over HTTP alone. By the other transports no checkout takes this long.
    private static readonly TimeSpan LongestRun = TimeSpan.FromHours(1);

    private readonly HostProgram program;
    private readonly ImmutableDictionary<string, string> environment;
    private readonly GitSource source;
    private readonly GitRoutes routes;
    private readonly FetchReporter reporter;

    private GitProgram(HostProgram program, ImmutableDictionary<string, string> environment, GitSource source, GitRoutes routes, FetchReporter reporter) =>
        (this.program, this.environment, this.source, this.routes, this.reporter) = (program, environment, source, routes, reporter);

    /// <summary>Prepares git for a source.</summary>
    /// <exception cref="BuildException">It is not installed.</exception>
    public static GitProgram Create(GitSource source, GitAccess access, WebClient client, Func<string, string?> lookup, FetchReporter reporter)
    {
        var found = HostProgram.TryFind("git", lookup("PATH") ?? "")
            ?? throw FetchErrors.Create(FetchErrors.NoGit, $"{source.Text} needs git, which is not installed", "install it, for example with 'apt-get install git'");
        var variables = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var name in Inherited)
        {
            if (lookup(name) is { } value)
            {
                variables[name] = value;
            }
        }

        variables["LC_ALL"] = "C";
        variables["HOME"] = "/dev/null";
        variables["GIT_CONFIG_NOSYSTEM"] = "1";
        variables["GIT_CONFIG_GLOBAL"] = "/dev/null";
        variables["GIT_ATTR_NOSYSTEM"] = "1";
        variables["GIT_TERMINAL_PROMPT"] = "0";
        variables["GIT_ALLOW_PROTOCOL"] = NetworkProtocols;
        access.AddTo(variables);
        AddProxies(variables, client.Proxy);
        return new(found, AddSettings(variables.ToImmutable(), [.. Settings, .. ProxyOf(source, client.Proxy), .. access.Settings]), source, new GitRoutes(access, client), reporter);
    }

    /// <summary>The same for one command that reads a repository of ours through the <c>file</c> transport.</summary>
    public GitProgram WithLocalTransport() => new(program, environment.SetItem("GIT_ALLOW_PROTOCOL", "file"), source, routes, reporter);

    /// <summary>The same with one more variable.</summary>
    public GitProgram With(string name, string value) => new(program, environment.SetItem(name, value), source, routes, reporter);

    /// <summary>Runs a command and returns what it prints.</summary>
    /// <exception cref="BuildException">It fails.</exception>
    public async Task<string> RunAsync(string directory, CancellationToken cancellationToken, params IEnumerable<string> arguments)
    {
        var result = await TryRunAsync(directory, cancellationToken, arguments);
        return result.ExitCode == 0 ? result.Output : throw GitFailure.Explain(source, result.Error);
    }

    /// <summary>Runs a command, whatever comes of it.</summary>
    public async Task<HostProgramResult> TryRunAsync(string directory, CancellationToken cancellationToken, params IEnumerable<string> arguments)
    {
        while (true)
        {
            var result = await RunOnceAsync(directory, [.. arguments], cancellationToken);
            if (result.ExitCode == 0 || !await routes.TryLearnAsync(result.Error, cancellationToken))
            {
                return result;
            }
        }
    }

    /// <summary>Whether a command succeeds; nobody hears what it complains about.</summary>
    public async Task<bool> AskAsync(string directory, CancellationToken cancellationToken, params IEnumerable<string> arguments) =>
        (await program.RunAsync(arguments, environment, directory, onError: null, cancellationToken)).ExitCode == 0;

    private async Task<HostProgramResult> RunOnceAsync(string directory, string[] arguments, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (source.Transport is GitTransport.Ssh or GitTransport.Git)
        {
            limit.CancelAfter(LongestRun);
        }

        try
        {
            return await program.RunAsync(arguments, AddSettings(environment, routes.Settings), directory, Say, limit.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw FetchErrors.Create(FetchErrors.GitFailed, $"git was not done with {source.Text} within {LongestRun.TotalHours:0} hour", "check the server and the network", exception);
        }
    }

    // A URL in .gitmodules may hold somebody's password.
    private void Say(string line)
    {
        if (!GitRoutes.IsRedirect(line))
        {
            reporter.Said(UrlLogin.Hide(line));
        }
    }

    private static readonly (string Name, string Value)[] Settings =
    [
        ("core.hooksPath", "/dev/null"),
        ("core.fsmonitor", "false"),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
        ("core.logAllRefUpdates", "false"),
        ("init.defaultBranch", "master"),
        ("init.templateDir", ""),
        ("advice.detachedHead", "false"),
        ("http.followRedirects", "false"),

        // A server that counts the objects of a large repository sends next to nothing for minutes.
        ("http.lowSpeedLimit", "1000"),
        ("http.lowSpeedTime", "300"),
    ];

    // curl reads these variables by rules of its own. What counts here is what all other requests of a build go by.
    private static void AddProxies(IDictionary<string, string> variables, EnvironmentProxy proxy)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["http", "https"])
        {
            if (proxy.ForScheme(scheme) is { } address)
            {
                variables[scheme + "_proxy"] = address;
            }
        }

        variables["no_proxy"] = string.Join(',', new[] { proxy.Exceptions, "localhost", "127.0.0.0/8", "::1" }.Where(part => part.Length > 0));
    }

    // An empty setting means no proxy, whatever the variables say.
    private static IEnumerable<(string Name, string Value)> ProxyOf(GitSource source, EnvironmentProxy proxy) =>
        source.Transport is GitTransport.Http or GitTransport.Https && Uri.TryCreate(source.Remote, UriKind.Absolute, out var address)
            ? [($"http.{address.GetLeftPart(UriPartial.Authority)}/.proxy", proxy.ForProgram(address) ?? "")]
            : [];

    // By the environment, not by arguments: those anybody can read, and a header holds a secret.
    private static ImmutableDictionary<string, string> AddSettings(ImmutableDictionary<string, string> variables, IEnumerable<(string Name, string Value)> settings)
    {
        var count = variables.TryGetValue("GIT_CONFIG_COUNT", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        foreach (var (name, value) in settings)
        {
            var number = (count++).ToString(CultureInfo.InvariantCulture);
            variables = variables.SetItem("GIT_CONFIG_KEY_" + number, name).SetItem("GIT_CONFIG_VALUE_" + number, value);
        }

        return variables.SetItem("GIT_CONFIG_COUNT", count.ToString(CultureInfo.InvariantCulture));
    }
}
