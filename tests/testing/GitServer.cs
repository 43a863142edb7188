using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SharpBuild.Testing;

/// <summary>Git repositories on disk, served by git's own <c>http-backend</c> through a <see cref="WebServer"/>.</summary>
public sealed class GitServer : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("sharpbuild-git-");
    private readonly WebServer server;

    /// <summary>Starts it, without repositories.</summary>
    public GitServer()
    {
        server = new WebServer(Answer);
        Repositories = directory.CreateSubdirectory("repositories").FullName;
        Work = directory.CreateSubdirectory("work").FullName;
    }

    /// <summary>Where the bare repositories are.</summary>
    public string Repositories { get; }

    /// <summary>Room for work trees.</summary>
    public string Work { get; }

    /// <summary>The <c>Authorization</c> header without which nobody gets in; null lets everybody in.</summary>
    public string? Authorization { get; set; }

    /// <summary>Whether nothing but files is served, as by a web server that knows no git.</summary>
    public bool IsDumb { get; set; }

    /// <summary>Sees each request; may be null.</summary>
    public Action<WebRequest>? OnRequest { get; set; }

    /// <summary>What was asked so far.</summary>
    public IReadOnlyCollection<string> Requests => server.Requests;

    /// <summary>The URL of a repository.</summary>
    public string UrlOf(string name) => $"{server.Url}/{name}.git";

    /// <summary>Makes a repository of what a shell script does in an empty work tree on branch <c>trunk</c>; publishes all of its branches and tags.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="script">The script; <c>$R</c> is where the bare repositories are.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="format">The object format.</param>
    /// <returns>The id of the last commit.</returns>
    public async Task<string> CreateAsync(string name, string script, CancellationToken cancellation, string format = "sha1")
    {
        var text = $"""
            set -e
            git init -q --object-format={format} -b trunk work
            git init -q --bare --object-format={format} "$R/{name}.git"
            git -C "$R/{name}.git" symbolic-ref HEAD refs/heads/trunk
            git -C "$R/{name}.git" config http.receivepack false
            cd work
            {script}
            git push -q --all "$R/{name}.git"
            git push -q --tags "$R/{name}.git"
            git -C "$R/{name}.git" update-server-info
            git rev-parse trunk
            """;
        return (await RunAsync(Directory.CreateDirectory(Path.Join(Work, name)).FullName, text, cancellation)).Trim().Split('\n')[^1];
    }

    /// <summary>Goes on with a repository that was made.</summary>
    public async Task<string> ContinueAsync(string name, string script, CancellationToken cancellation)
    {
        var text = $"set -e\n{script}\ngit push -q --force --all \"$R/{name}.git\"\ngit -C \"$R/{name}.git\" update-server-info\ngit rev-parse trunk\n";
        return (await RunAsync(Path.Join(Work, name, "work"), text, cancellation)).Trim();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await new Command("rm", "-rf", directory.FullName).SucceedAsync(CancellationToken.None);
    }

    private Task<string> RunAsync(string place, string script, CancellationToken cancellation) => new Command("bash", "-c", script)
    {
        Directory = place,
        Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["R"] = Repositories,
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_AUTHOR_NAME"] = "a",
            ["GIT_AUTHOR_EMAIL"] = "a@example.com",
            ["GIT_COMMITTER_NAME"] = "a",
            ["GIT_COMMITTER_EMAIL"] = "a@example.com",
            ["GIT_AUTHOR_DATE"] = "2020-01-02T03:04:05Z",
            ["GIT_COMMITTER_DATE"] = "2020-01-02T03:04:05Z",
            ["GIT_ALLOW_PROTOCOL"] = "file",
        },
    }.SucceedAsync(cancellation);

    private WebAnswer Answer(WebRequest request)
    {
        OnRequest?.Invoke(request);
        if (Authorization is { } wanted && request.Header("Authorization") != wanted)
        {
            return WebAnswer.Empty(401, ("WWW-Authenticate", "Basic realm=\"git\""));
        }

        return IsDumb ? AnswerDumbly(request) : AnswerByBackend(request);
    }

    private WebAnswer AnswerDumbly(WebRequest request)
    {
        var path = Path.Join(Repositories, request.Path.Split('?')[0]);
        return File.Exists(path) ? new(200, File.ReadAllBytes(path)) : WebAnswer.Empty(404);
    }

    private WebAnswer AnswerByBackend(WebRequest request)
    {
        var parts = request.Path.Split('?', 2);
        var start = new ProcessStartInfo("git", ["http-backend"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["GIT_PROJECT_ROOT"] = Repositories;
        start.Environment["GIT_HTTP_EXPORT_ALL"] = "1";
        start.Environment["GIT_CONFIG_COUNT"] = "1";
        start.Environment["GIT_CONFIG_KEY_0"] = "safe.directory";
        start.Environment["GIT_CONFIG_VALUE_0"] = "*";
        start.Environment["PATH_INFO"] = parts[0];
        start.Environment["QUERY_STRING"] = parts.Length > 1 ? parts[1] : "";
        start.Environment["REQUEST_METHOD"] = request.Method;
        start.Environment["REMOTE_ADDR"] = "127.0.0.1";
        start.Environment["CONTENT_TYPE"] = request.Header("Content-Type");
        start.Environment["CONTENT_LENGTH"] = request.Body.Length.ToString(CultureInfo.InvariantCulture);
        start.Environment["HTTP_CONTENT_ENCODING"] = request.Header("Content-Encoding");
        start.Environment["GIT_PROTOCOL"] = request.Header("Git-Protocol");
        using var backend = Process.Start(start)!;
        backend.StandardInput.BaseStream.Write(request.Body);
        backend.StandardInput.Close();
        using var output = new MemoryStream();
        backend.StandardOutput.BaseStream.CopyTo(output);
        backend.WaitForExit();
        return Translate(output.ToArray());
    }

    private static WebAnswer Translate(byte[] output)
    {
        var end = output.AsSpan().IndexOf("\r\n\r\n"u8);
        var headers = Encoding.ASCII.GetString(output, 0, end).Split("\r\n").Select(line => line.Split(": ", 2)).ToLookup(pair => pair[0], pair => pair[1]);
        var status = headers["Status"].FirstOrDefault() is { } text ? int.Parse(text.AsSpan(0, 3), CultureInfo.InvariantCulture) : 200;
        return new(status, output[(end + 4)..])
        {
            Headers = [.. headers.Where(h => h.Key != "Status").SelectMany(h => h.Select(value => (h.Key, value)))],
        };
    }
}
