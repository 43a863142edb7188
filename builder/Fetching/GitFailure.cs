using SharpBuild.Parser.Sources;

namespace SharpBuild.Builder.Fetching;

/// <summary>What git's complaints mean.</summary>
internal static class GitFailure
{
    private static readonly (string Text, string Hint)[] Hints =
    [
        ("could not read Username", "give a token with --secret id=GIT_AUTH_TOKEN,env=NAME"),
        ("Authentication failed", "check the token that --secret id=GIT_AUTH_TOKEN gives"),
        ("Permission denied (publickey", "load the key into an SSH agent and pass --ssh default"),
        ("Host key verification failed", "the server's key is not the one that was seen before: if that is right, remove the old one from the store's git/known_hosts"),
        ("REMOTE HOST IDENTIFICATION HAS CHANGED", "the server's key is not the one that was seen before: if that is right, remove the old one from the store's git/known_hosts"),
        ("cannot run ssh", "install the ssh program, for example with 'apt-get install openssh-client'"),
        ("ssh: not found", "install the ssh program, for example with 'apt-get install openssh-client'"),
        ("transport 'file' not allowed", "a submodule names a path of this machine, which no repository may: leave submodules out with ?submodules=false"),
        ("Could not resolve host", "check the URL, and that this machine reaches a name server"),
        ("not found", "check the URL, and whether it needs a token: --secret id=GIT_AUTH_TOKEN,env=NAME"),
        ("No space left on device", "free some disk space, or put the store elsewhere with --root"),
    ];

    /// <summary>The failure in one sentence, with git's own words.</summary>
    public static BuildException Explain(GitSource source, string complaint)
    {
        var hint = Array.Find(Hints, h => complaint.Contains(h.Text, StringComparison.OrdinalIgnoreCase)).Hint ?? "check that 'git ls-remote' can read the repository from here";
        return FetchErrors.Create(FetchErrors.GitFailed, $"git cannot read {source.Text}: {Summarize(complaint)}", hint);
    }

    // The first line that says what is fatal; what ssh and servers say stands before it.
    private static string Summarize(string complaint)
    {
        var lines = complaint.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var fatal = Array.Find(lines, line => line.StartsWith("fatal:", StringComparison.Ordinal))
            ?? Array.Find(lines, line => line.StartsWith("error:", StringComparison.Ordinal))
            ?? lines.LastOrDefault()
            ?? "it says nothing";
        var colon = fatal.IndexOf(": ", StringComparison.Ordinal);
        var said = fatal.StartsWith("fatal:", StringComparison.Ordinal) || fatal.StartsWith("error:", StringComparison.Ordinal) ? fatal[(colon + 2)..] : fatal;
        var cause = Array.Find(lines, line => line.Contains("Permission denied", StringComparison.Ordinal) || line.Contains("Host key", StringComparison.Ordinal));
        return cause is null || said.Contains(cause, StringComparison.Ordinal) ? said : $"{said} ({cause})";
    }
}
