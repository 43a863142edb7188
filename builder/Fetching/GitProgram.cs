using System.Collections.Immutable;
using System.Globalization;
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

    private static readonly string[] Inherited =
    [
        "PATH", "TMPDIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
        "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR",
    ];

    private readonly HostProgram program;
    private readonly ImmutableDictionary<string, string> environment;
    private readonly GitSource source;
    private readonly FetchReporter reporter;

    private GitProgram(HostProgram program, ImmutableDictionary<string, string> environment, GitSource source, FetchReporter reporter) =>
        (this.program, this.environment, this.source, this.reporter) = (program, environment, source, reporter);

    /// <summary>Prepares git for a source.</summary>
    /// <exception cref="BuildException">It is not installed.</exception>
    public static GitProgram Create(GitSource source, GitAccess access, Func<string, string?> lookup, FetchReporter reporter)
    {
        var found = HostProgram.TryFind("git", lookup("PATH") ?? "")
            ?? throw FetchErrors.Create(FetchErrors.NoGit, $"{source.DisplayText} needs git, which is not installed", "install it, for example with 'apt-get install git'");
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
        return new(found, AddSettings(variables.ToImmutable(), access.Settings), source, reporter);
    }

    /// <summary>The same for one command that reads a repository of ours through the <c>file</c> transport.</summary>
    public GitProgram WithLocalTransport() => new(program, environment.SetItem("GIT_ALLOW_PROTOCOL", "file"), source, reporter);

    /// <summary>The same with one more variable.</summary>
    public GitProgram With(string name, string value) => new(program, environment.SetItem(name, value), source, reporter);

    /// <summary>Runs a command and returns what it prints.</summary>
    /// <exception cref="BuildException">It fails.</exception>
    public async Task<string> RunAsync(string directory, CancellationToken cancellationToken, params IEnumerable<string> arguments)
    {
        var result = await TryRunAsync(directory, cancellationToken, arguments);
        return result.ExitCode == 0 ? result.Output : throw GitFailure.Explain(source, result.Error);
    }

    /// <summary>Runs a command, whatever comes of it.</summary>
    public Task<HostProgramResult> TryRunAsync(string directory, CancellationToken cancellationToken, params IEnumerable<string> arguments) =>
        program.RunAsync(arguments, environment, directory, reporter.Said, cancellationToken);

    /// <summary>Whether a command succeeds; nobody hears what it complains about.</summary>
    public async Task<bool> AskAsync(string directory, CancellationToken cancellationToken, params IEnumerable<string> arguments) =>
        (await program.RunAsync(arguments, environment, directory, onError: null, cancellationToken)).ExitCode == 0;

    // By the environment, not by arguments: those anybody can read, and a header holds a secret.
    private static ImmutableDictionary<string, string> AddSettings(ImmutableDictionary<string, string> variables, IEnumerable<(string Name, string Value)> others)
    {
        (string Name, string Value)[] settings =
        [
            ("core.hooksPath", "/dev/null"),
            ("core.fsmonitor", "false"),
            ("gc.auto", "0"),
            ("maintenance.auto", "false"),
            ("core.logAllRefUpdates", "false"),
            ("init.defaultBranch", "master"),
            ("init.templateDir", ""),
            ("advice.detachedHead", "false"),
            .. others,
        ];
        for (var index = 0; index < settings.Length; index++)
        {
            var number = index.ToString(CultureInfo.InvariantCulture);
            variables = variables.SetItem("GIT_CONFIG_KEY_" + number, settings[index].Name).SetItem("GIT_CONFIG_VALUE_" + number, settings[index].Value);
        }

        return variables.SetItem("GIT_CONFIG_COUNT", settings.Length.ToString(CultureInfo.InvariantCulture));
    }
}
