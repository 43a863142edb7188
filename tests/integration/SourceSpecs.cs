using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Builds whose files come from elsewhere than a directory, with the published program.</summary>
[Trait("Rootless", "also")]
public sealed class SourceSpecs : IAsyncDisposable
{
    private const string CopyAll = "FROM scratch\nCOPY . /\n";
    private readonly SharpBuildProgram sharpbuild = new();
    private readonly SharpBuild.Testing.TemporaryDirectory directory = new();

    public SourceSpecs() => Assert.SkipUnless(SharpBuildProgram.Program is not null, SharpBuildProgram.NotPublished);

    [Fact]
    public async Task I_can_add_files_from_the_web_and_build_again_without_fetching_them()
    {
        await using var server = new WebServer(r => r.Header("If-None-Match") == "\"1\"" ? WebAnswer.Empty(304) : WebAnswer.File($"{r.Path}\n", ("ETag", "\"1\"")));
        WriteDockerfile($"""
            FROM scratch
            ADD {server.Url}/one {server.Url}/two /web/
            ADD --chmod=755 --chown=7:8 {server.Url}/three /bin/tool
            COPY local /
            """);
        directory.Write("context/local", "local\n");

        var first = await BuildAsync(directory["context"]);
        var second = await BuildAsync(directory["context"]);

        Assert.Equal(
            """
            0755 7:8 bin/
            0755 7:8 bin/tool = /three
            0644 0:0 local = local
            0755 0:0 web/
            0600 0:0 web/one = /one
            0600 0:0 web/two = /two
            """,
            first);
        Assert.Equal(first, second);
        Assert.Equal(["GET /one", "GET /three", "GET /two"], server.Requests.Take(3).Order(StringComparer.Ordinal));
        Assert.All(server.Requests.Skip(3), request => Assert.StartsWith("HEAD ", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task I_can_unpack_an_archive_from_the_web()
    {
        var archive = await TarAsync("gzip", ("inner/file", "content"));
        await using var server = new WebServer(_ => new WebAnswer(200, File.ReadAllBytes(archive)));
        WriteDockerfile($"FROM scratch\nADD --unpack {server.Url}/x.tgz /a/\nADD {server.Url}/x.tgz /b/\n");
        var listing = await BuildAsync(directory["context"]);
        Assert.Contains("a/inner/file = content", listing, StringComparison.Ordinal);
        Assert.Contains("0600 0:0 b/x.tgz", listing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_fails_the_build_at_its_line()
    {
        await using var server = new WebServer(_ => WebAnswer.Empty(404));
        WriteDockerfile($"FROM scratch\nADD {server.Url}/none /\n");
        var result = await sharpbuild.RunAsync(Cancellation, "build", directory["context"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("answers 404", result.Error, StringComparison.Ordinal);
        Assert.Contains("SB4501", result.Error, StringComparison.Ordinal);
        Assert.Contains(">>> ADD http", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task I_can_build_from_a_git_repository()
    {
        await using var git = new GitServer();
        await git.CreateAsync("app", $"printf '{CopyAll.Replace("\n", "\\n", StringComparison.Ordinal)}' >Dockerfile; mkdir sub; cp Dockerfile sub/Other; echo one >sub/file; echo '*' >.dockerignore; git add .; git commit -qm one", Cancellation);

        Assert.Equal("0644 0:0 .dockerignore = *|0644 0:0 Dockerfile|0755 0:0 sub/|0644 0:0 sub/Other|0644 0:0 sub/file = one", OneLine(await BuildAsync(git.UrlOf("app"))));
        Assert.Equal("0644 0:0 Other|0644 0:0 file = one", OneLine(await BuildAsync("-f", "Other", git.UrlOf("app") + "#trunk:sub")));
        Assert.Contains(".git/HEAD", await BuildAsync("--build-arg", "BUILDKIT_CONTEXT_KEEP_GIT_DIR=1", git.UrlOf("app")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task I_can_build_from_a_repository_behind_ssh_with_my_agent()
    {
        Assert.SkipUnless(SshServer.IsInstalled, "openssh-server is not installed");
        await using var git = new GitServer();
        await git.CreateAsync("app", $"printf '{CopyAll.Replace("\n", "\\n", StringComparison.Ordinal)}' >Dockerfile; git add .; git commit -qm one", Cancellation);
        await using var ssh = await SshServer.StartAsync(Cancellation);
        var url = ssh.UrlOf($"{git.Repositories}/app.git");

        Assert.Equal("0644 0:0 Dockerfile", OneLine(await BuildWithAgentAsync(ssh.AgentSocket, url)));

        WriteDockerfile($"FROM scratch\nADD {url} /app\n");
        Assert.Contains("0644 0:0 app/Dockerfile", await BuildAsync("--ssh", $"default={ssh.AgentSocket}", directory["context"]), StringComparison.Ordinal);
        Assert.Contains(ssh.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), await File.ReadAllTextAsync(Path.Join(sharpbuild.Store, "git", "known_hosts"), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_behind_ssh_needs_a_key()
    {
        Assert.SkipUnless(SshServer.IsInstalled, "openssh-server is not installed");
        await using var ssh = await SshServer.StartAsync(Cancellation);
        WriteDockerfile($"FROM scratch\nADD {ssh.UrlOf("/nowhere.git")} /app\n");
        var result = await sharpbuild.RunAsync(Cancellation, "build", directory["context"]);
        Assert.Contains("127.0.0.1: Permission denied (publickey", result.Error, StringComparison.Ordinal);
        Assert.Contains("--ssh default", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    [InlineData("xz")]
    [InlineData("zstd")]
    public async Task I_can_send_a_context_as_a_tar(string compression)
    {
        var archive = await TarAsync(compression, ("Dockerfile", CopyAll), ("sub/Other", CopyAll), ("sub/file", "content"), (".dockerignore", "sub"));
        await using var server = new WebServer(_ => new WebAnswer(200, File.ReadAllBytes(archive)));
        const string Expected = "0644 0:0 .dockerignore = sub|0644 0:0 Dockerfile|0755 0:0 sub/|0644 0:0 sub/Other|0644 0:0 sub/file = content";

        Assert.Equal(Expected, OneLine(await BuildWithInputAsync(archive, "-")));
        Assert.Equal(Expected, OneLine(await BuildWithInputAsync(archive, "-f", "sub/Other", "-")));
        Assert.Equal(Expected, OneLine(await BuildAsync(server.Url + "/context")));
    }

    [Fact]
    public async Task I_can_send_a_Dockerfile_alone()
    {
        var file = directory.Write("any", "FROM scratch\nCOPY <<EOF /file\ncontent\nEOF\n");
        await using var server = new WebServer(_ => WebAnswer.File(CopyAll));

        Assert.Equal("0644 0:0 file = content", await BuildWithInputAsync(file, "-"));
        Assert.Equal("0600 0:0 context", OneLine(await BuildAsync(server.Url + "/Dockerfile")));
        directory.Write("context/local", "local");
        Assert.Equal("0644 0:0 local = local", await BuildAsync("-f", server.Url + "/Dockerfile", directory["context"]));
        Assert.Equal("0644 0:0 file = content", await BuildWithInputAsync(file, "-f", "-", directory["context"]));
    }

    [Fact]
    public async Task I_can_ask_about_a_Dockerfile_that_is_not_here_yet()
    {
        var archive = await TarAsync("none", ("Dockerfile", "FROM scratch AS one\nMAINTAINER me\nFROM one AS two\n"));
        await using var server = new WebServer(_ => new WebAnswer(200, File.ReadAllBytes(archive)));

        var checkedFile = await sharpbuild.RunAsync(Cancellation, "build", "--check", server.Url + "/context");
        Assert.Contains("MaintainerDeprecated", checkedFile.Output, StringComparison.Ordinal);
        Assert.Equal(1, checkedFile.ExitCode);
        Assert.Contains("two", await WithInput(archive, sharpbuild.Command("build", "--call=targets", "-")).SucceedAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_context_may_come_from_anywhere_and_an_unused_one_may_be_broken()
    {
        await using var git = new GitServer();
        await git.CreateAsync("app", "echo repository >file; git add .; git commit -qm one", Cancellation);
        await using var server = new WebServer(_ => WebAnswer.File("web\n"));
        directory.Write("named/kept", "kept");
        directory.Write("named/dropped", "dropped");
        directory.Write("named/.dockerignore", "dropped");
        WriteDockerfile("""
            FROM nowhere/image AS stage
            RUN false
            FROM base AS last
            COPY --from=stage / /stage
            COPY --from=web / /web
            COPY --from=repository / /repository
            FROM broken AS unused
            """);

        var listing = await BuildAsync(
            "--build-context", $"stage={directory["named"]}", "--build-context", $"base={directory["named"]}", "--build-context", $"web={server.Url}/x",
            "--build-context", $"repository={git.UrlOf("app")}", "--build-context", "broken=docker-image://127.0.0.1:1/none", "--build-context", "never=/nowhere",
            "--target", "last", directory["context"]);

        Assert.Equal(
            """
            0644 0:0 .dockerignore = dropped
            0644 0:0 kept = kept
            0755 0:0 repository/
            0644 0:0 repository/file = repository
            0755 0:0 stage/
            0644 0:0 stage/.dockerignore = dropped
            0644 0:0 stage/kept = kept
            0755 0:0 web/
            0600 0:0 web/context = web
            """,
            listing);
    }

    [Fact]
    public async Task A_named_context_may_be_an_image_of_a_layout()
    {
        await sharpbuild.ImportBusyboxAsync(Cancellation);
        WriteDockerfile("FROM busybox\nENV GREETING=hello\n");
        await sharpbuild.SucceedAsync(Cancellation, "build", "-q", "-t", "base:1", "-o", $"type=oci,tar=false,dest={directory["layout"]}", directory["context"]);
        WriteDockerfile("FROM nowhere/base\nRUN echo $GREETING >/file\nFROM scratch\nCOPY --from=0 /file /\nCOPY --from=nowhere/base:latest /bin/sh /shell\n");

        var listing = await BuildAsync("--build-context", $"nowhere/base=oci-layout://{directory["layout"]}", directory["context"]);

        Assert.Contains("file = hello", listing, StringComparison.Ordinal);
        Assert.Contains(" shell", listing, StringComparison.Ordinal);
        var result = await sharpbuild.RunAsync(Cancellation, "build", "--build-context", $"nowhere/base=oci-layout://{directory["layout"]}:other", directory["context"]);
        Assert.Contains("has no image", result.Error, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await sharpbuild.DisposeAsync();
        directory.Dispose();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private void WriteDockerfile(string text) => directory.Write("context/Dockerfile", text);

    // The contents of Dockerfiles would make the lines long.
    private static string OneLine(string listing) => string.Join('|', listing.Split('\n').Select(line => line.Contains("FROM scratch", StringComparison.Ordinal) ? line[..line.IndexOf(" =", StringComparison.Ordinal)] : line));

    private Task<string> BuildAsync(params IReadOnlyList<string> arguments) => BuildWithAgentAsync(null, arguments);

    private async Task<string> BuildWithAgentAsync(string? agent, params IReadOnlyList<string> arguments)
    {
        var command = sharpbuild.Command(["build", "-o", $"type=tar,dest={directory["out.tar"]}", .. arguments]);
        command = command with { Environment = new Dictionary<string, string?>(command.Environment, StringComparer.Ordinal) { ["SSH_AUTH_SOCK"] = agent } };
        await command.SucceedAsync(Cancellation);
        return await ListAsync();
    }

    private async Task<string> BuildWithInputAsync(string input, params IReadOnlyList<string> arguments)
    {
        var command = sharpbuild.Command(["build", "-o", $"type=tar,dest={directory["out.tar"]}", .. arguments]);
        await WithInput(input, command).SucceedAsync(Cancellation);
        return await ListAsync();
    }

    private static Command WithInput(string input, Command command) =>
        new("sh", ["-c", "input=$1; shift; exec \"$@\" <\"$input\"", "sh", input, command.Program, .. command.Arguments]) { Environment = command.Environment };

    // GNU tar unpacks, find lists: owners come out of the archive's own listing.
    private Task<string> ListAsync() => new Command("sh", "-c", """
        tar --numeric-owner -tvf "$0" | sort -k6 | while read -r mode owner size date time name rest; do
          octal=$(printf '%s' "$mode" | awk '{ n = 0; for (i = 2; i <= 10; i++) { n = n * 2 + (substr($0, i, 1) == "-" ? 0 : 1) } printf "%04o", n }')
          content=$(case $name in */) ;; *) tar -xOf "$0" "$name" | head -n 1 | head -c 60 | tr -d '\000' ;; esac)
          printf '%s %s %s%s\n' "$octal" "$(echo "$owner" | tr / :)" "$name" "${content:+ = $content}"
        done
        """, directory["out.tar"]).SucceedAsync(Cancellation).ContinueWith(static listing => listing.Result.TrimEnd('\n'), TaskScheduler.Default);

    private async Task<string> TarAsync(string compression, params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            directory.Write("tar/" + path, text);
        }

        var archive = directory["archive"];
        string[] flag = compression == "none" ? [] : ["--" + compression];
        await new Command("tar", [.. flag, "--owner=0", "--group=0", "--mode=u=rwX,go=rX", "-cf", archive, "-C", directory["tar"], "."]).SucceedAsync(Cancellation);
        return archive;
    }
}
