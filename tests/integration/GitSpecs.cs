using System.Collections.Immutable;
using System.Text;
using System.Threading.Channels;
using SharpBuild.Builder;
using SharpBuild.Builder.Events;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Fetching;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Image.Web;
using SharpBuild.Parser.Sources;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Git sources against repositories that git's own http-backend serves.</summary>
public sealed class GitSpecs : IAsyncDisposable
{
    private const string Basic = "echo one >file; mkdir dir; echo d >dir/inner; printf x >run.sh; chmod 755 run.sh; ln -s dir link; git add .; git commit -qm one";
    private readonly SharpBuild.Testing.TemporaryDirectory directory = new();
    private readonly Store store;
    private readonly GitServer server = new();
    private readonly WebClient client = new(new BuildOptions { Context = "/" }, EnvironmentProxy.None, TimeProvider.System);
    private BuildOptions options = new() { Context = "/" };

    public GitSpecs() => store = Store.Open(new StoreOptions(StoreRoot, InUserNamespace: false, TimeProvider.System));

    private string StoreRoot => directory["store"];

    [Fact]
    public async Task The_default_branch_is_checked_out()
    {
        await server.CreateAsync("a", Basic, Token);
        var tree = await FetchAsync(server.UrlOf("a"));
        Assert.Equal(["dir", "file", "link", "run.sh"], Names(tree));
        Assert.Equal("0644 0755 0755", $"{Mode(tree, "file")} {Mode(tree, "run.sh")} {Mode(tree, "dir")}");
    }

    [Theory]
    [InlineData("#trunk", "two")]
    [InlineData("#other", "one")]
    [InlineData("?branch=other", "one")]
    [InlineData("#light", "one")]
    [InlineData("?tag=heavy", "one")]
    [InlineData("#refs/tags/heavy", "one")]
    [InlineData("#both", "two")]
    public async Task A_ref_is_a_branch_or_a_tag(string suffix, string expected)
    {
        await server.CreateAsync(
            "a", Basic + "; git branch other; git tag light; git tag -am x heavy; git tag both; echo two >file; git commit -qam two; git branch both", Token);
        Assert.Equal(expected, (await File.ReadAllTextAsync(Path.Join(await FetchAsync(server.UrlOf("a") + suffix), "file"), Token)).Trim());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_may_be_named_wholly_or_in_part(bool isDumb)
    {
        var id = await server.CreateAsync("a", Basic, Token);
        await server.ContinueAsync("a", "echo two >file; git commit -qam two", Token);
        server.IsDumb = isDumb;
        foreach (var name in new[] { id, id[..8] })
        {
            Assert.Equal("one\n", await File.ReadAllTextAsync(Path.Join(await FetchAsync($"{server.UrlOf("a")}#{name}"), "file"), Token));
        }
    }

    [Fact]
    public async Task The_same_commit_is_checked_out_once_and_only_what_is_new_is_fetched()
    {
        await server.CreateAsync("a", Basic + "; git tag -am x v1", Token);
        var first = await ResolveAsync(server.UrlOf("a"));
        var tagged = await ResolveAsync(server.UrlOf("a") + "#v1");
        await server.ContinueAsync("a", "echo two >file; git commit -qam two", Token);
        var second = await ResolveAsync(server.UrlOf("a"));
        Assert.Equal(first.Key, tagged.Key);
        Assert.NotEqual(first.Key, second.Key);
    }

    [Fact]
    public async Task A_checksum_may_be_the_beginning_of_the_commit()
    {
        var id = await server.CreateAsync("a", Basic, Token);
        await ResolveAsync($"{server.UrlOf("a")}?checksum={id[..7]}");
        var failure = await Assert.ThrowsAsync<BuildException>(() => ResolveAsync($"{server.UrlOf("a")}?checksum=0123#trunk"));
        Assert.Equal("SB4504", failure.Code);
        Assert.Contains(id, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_may_be_named_for_a_commit_that_is_fetched_without_asking()
    {
        var id = await server.CreateAsync("a", Basic, Token);
        await server.ContinueAsync("a", "echo two >file; git commit -qam two", Token);
        Assert.Equal("one\n", await File.ReadAllTextAsync(Path.Join(await FetchAsync($"{server.UrlOf("a")}?fetch-by-commit&commit={id}#trunk"), "file"), Token));
        Assert.Equal("SB4513", (await Assert.ThrowsAsync<BuildException>(() => ResolveAsync($"{server.UrlOf("a")}?fetch-by-commit&commit={id[..8]}"))).Code);
    }

    [Fact]
    public async Task Repositories_with_SHA_256_are_repositories()
    {
        var id = await server.CreateAsync("a", Basic, Token, "sha256");
        Assert.Equal(64, id.Length);
        Assert.Equal(["dir", "file", "link", "run.sh"], Names(await FetchAsync(server.UrlOf("a"))));
        Assert.Equal(["dir", "file", "link", "run.sh"], Names(await FetchAsync($"{server.UrlOf("a")}#{id}")));
    }

    [Fact]
    public async Task A_directory_may_be_all_that_is_wanted()
    {
        await server.CreateAsync("a", Basic, Token);
        Assert.Equal(["inner"], Names(await FetchAsync(server.UrlOf("a") + "#:dir")));
        foreach (var wrong in new[] { "link", "none", "file" })
        {
            Assert.Equal("SB4514", (await Assert.ThrowsAsync<BuildException>(() => FetchAsync($"{server.UrlOf("a")}#:{wrong}"))).Code);
        }
    }

    [Fact]
    public async Task The_git_directory_may_be_kept()
    {
        var id = await server.CreateAsync("a", Basic, Token);
        var tree = await FetchAsync(server.UrlOf("a") + "?keep-git-dir=1&branch=trunk");
        Assert.Equal(id, (await GitAsync(tree, "rev-parse", "HEAD", "refs/heads/trunk")).Split('\n')[1]);
        Assert.Equal(server.UrlOf("a"), await GitAsync(tree, "remote", "get-url", "origin"));
        Assert.Equal("", await GitAsync(tree, "status", "--porcelain"));
    }

    [Fact]
    public async Task Files_may_have_the_time_of_the_commit()
    {
        await server.CreateAsync("a", Basic, Token);
        var tree = await FetchAsync(server.UrlOf("a") + "?mtime=commit");
        Assert.Equal(new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc), File.GetLastWriteTimeUtc(Path.Join(tree, "dir", "inner")));
    }

    [Fact]
    public async Task Submodules_come_along_unless_they_are_left_out()
    {
        await server.CreateAsync("deep", "echo deep >deepfile; git add .; git commit -qm deep", Token);
        await server.CreateAsync("sub", Submodule("deep") + "; echo sub >subfile; git add .; git commit -qm sub", Token);
        await server.CreateAsync("a", Submodule("sub") + "; git commit -qm one", Token);
        Assert.Equal([".gitmodules", "mod", "mod/.gitmodules", "mod/mod", "mod/mod/deepfile", "mod/subfile"], AllNames(await FetchAsync(server.UrlOf("a"))));
        Assert.Equal([".gitmodules", "mod"], AllNames(await FetchAsync(server.UrlOf("a") + "?submodules=0")));
    }

    [Fact]
    public async Task A_submodule_cannot_be_a_repository_of_this_machine()
    {
        await server.CreateAsync("sub", "echo sub >subfile; git add .; git commit -qm sub", Token);
        await server.CreateAsync("a", Submodule("sub") + "; git config -f .gitmodules submodule.mod.url \"$R/sub.git\"; git commit -qam one", Token);
        var failure = await Assert.ThrowsAsync<BuildException>(() => FetchAsync(server.UrlOf("a")));
        Assert.Equal("SB4512", failure.Code);
        Assert.Contains("not allowed", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_a_repository_is_run()
    {
        var mark = directory["mark"];
        var script = $"printf '#!/bin/sh\\ntouch {mark}\\n' >post-checkout; chmod 755 post-checkout";
        await server.CreateAsync("sub", $"mkdir -p hooks; cd hooks; {script}; cd ..; git add .; git commit -qm sub", Token);
        await server.CreateAsync("a", $"{Submodule("sub")}; git config -f .gitmodules submodule.mod.update '!touch {mark}'; {script}; echo '* filter=x' >.gitattributes; git add .; git commit -qm one", Token);
        await Assert.ThrowsAsync<BuildException>(() => FetchAsync(server.UrlOf("a"))); // git refuses such an update itself
        await FetchAsync(server.UrlOf("a") + "?submodules=0");
        Assert.False(File.Exists(mark));
    }

    [Fact]
    public async Task A_token_opens_a_private_repository()
    {
        await server.CreateAsync("a", Basic, Token);
        server.Authorization = "basic " + Convert.ToBase64String("x-access-token:word"u8);
        var failure = await Assert.ThrowsAsync<BuildException>(() => ResolveAsync(server.UrlOf("a")));
        Assert.Contains("GIT_AUTH_TOKEN", failure.Hint, StringComparison.Ordinal);
        options = WithSecret("GIT_AUTH_TOKEN", "word");
        Assert.Equal(["dir", "file", "link", "run.sh"], Names(await FetchAsync(server.UrlOf("a"))));
        options = WithSecret("GIT_AUTH_HEADER." + new Uri(server.UrlOf("a")).Authority, "wrong");
        await Assert.ThrowsAsync<BuildException>(() => ResolveAsync(server.UrlOf("a")));
    }

    [Fact]
    public async Task A_login_in_the_url_opens_a_repository_and_its_relative_submodules_and_stays_nowhere()
    {
        await server.CreateAsync("b", Basic, Token);
        await server.CreateAsync("a", Basic + "; " + Submodule("b") + "; git commit -qm two", Token);
        server.Authorization = "Basic " + Convert.ToBase64String("me:hush-hush"u8);
        var url = server.UrlOf("a").Replace("http://", "http://me:hush-hush@", StringComparison.Ordinal);
        var tree = await FetchAsync(url + "?keep-git-dir=1");
        Assert.True(File.Exists(Path.Join(tree, "mod", "file")));
        Assert.Equal(server.UrlOf("b"), await GitAsync(tree, "config", "-f", ".git/modules/mod/config", "remote.origin.url"));
        await AssertNothingHoldsAsync("hush-hush");

        // The name alone, which may be a token.
        server.Authorization = "Basic " + Convert.ToBase64String("hush-hush:"u8);
        await FetchAsync(server.UrlOf("b").Replace("http://", "http://hush-hush@", StringComparison.Ordinal));
        await AssertNothingHoldsAsync("hush-hush");
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("localhost", false)]
    public async Task A_redirect_is_followed_and_takes_the_token_to_the_same_host_only(string host, bool takesToken)
    {
        await server.CreateAsync("a", Basic, Token);
        server.Authorization = takesToken ? "basic " + Convert.ToBase64String("x-access-token:word"u8) : null;
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var other = new WebServer(r => new WebAnswer(301, []) { Headers = [("Location", server.UrlOf("a").Replace("127.0.0.1", host, StringComparison.Ordinal) + r.Path["/old.git".Length..])] });
        server.OnRequest = r => seen.Enqueue(r.Header("Authorization"));
        options = WithSecret("GIT_AUTH_TOKEN", "word");

        var tree = await FetchAsync(other.Url + "/old.git?keep-git-dir=1");
        Assert.Equal(["dir", "file", "link", "run.sh"], Names(tree).Except([".git"]));
        Assert.Equal(other.Url + "/old.git", await GitAsync(tree, "config", "remote.origin.url"));
        Assert.All(seen, header => Assert.Equal(takesToken, header.Length > 0));
    }

    [Fact]
    public async Task A_submodule_that_is_redirected_comes_along()
    {
        await server.CreateAsync("b", Basic, Token);
        await using var other = new WebServer(r => new WebAnswer(302, []) { Headers = [("Location", server.UrlOf("b") + r.Path["/old.git".Length..])] });
        await server.CreateAsync("a", $"{Basic}; {Submodule("b")}; git config -f .gitmodules submodule.mod.url {other.Url}/old.git; git add .; git commit -qm two", Token);
        Assert.True(File.Exists(Path.Join(await FetchAsync(server.UrlOf("a")), "mod", "file")));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/info/refs?service=git-upload-pack", "169.254.169.254")]
    [InlineData("http://[fd00:ec2::254]/info/refs?service=git-upload-pack", "fd00:ec2::254")]
    [InlineData("http://0.0.0.0:1/info/refs?service=git-upload-pack", "0.0.0.0")]
    public async Task A_redirect_to_a_place_of_the_cloud_or_the_link_is_not_followed(string location, string part)
    {
        await using var other = new WebServer(_ => new WebAnswer(302, []) { Headers = [("Location", location)] });
        var failure = await Assert.ThrowsAsync<BuildException>(() => ResolveAsync(other.Url + "/a.git"));
        Assert.Equal("SB4501", failure.Code);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_without_end_ends()
    {
        await using var other = new WebServer(r => new WebAnswer(302, []) { Headers = [("Location", "/x" + r.Path)] });
        Assert.Contains("more than 10 times", (await Assert.ThrowsAsync<BuildException>(() => ResolveAsync(other.Url + "/a.git"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_told()
    {
        await server.CreateAsync("a", Basic, Token);
        Assert.Equal("SB4513", (await Assert.ThrowsAsync<BuildException>(() => ResolveAsync(server.UrlOf("a") + "#nope"))).Code);
        Assert.Equal("SB4513", (await Assert.ThrowsAsync<BuildException>(() => FetchAsync($"{server.UrlOf("a")}#{new string('a', 40)}"))).Code);
        Assert.Equal("SB4512", (await Assert.ThrowsAsync<BuildException>(() => ResolveAsync(server.UrlOf("none")))).Code);
    }

    [Fact]
    public async Task Half_a_fetch_does_not_stand_in_the_way()
    {
        await server.CreateAsync("a", Basic, Token);
        await FetchAsync(server.UrlOf("a"));
        var mirror = Assert.Single(Directory.EnumerateDirectories(Path.Join(StoreRoot, "git")));
        await File.WriteAllTextAsync(Path.Join(mirror, "shallow.lock"), "", Token);
        await server.ContinueAsync("a", "echo two >file; git commit -qam two", Token);
        Assert.Equal("two\n", await File.ReadAllTextAsync(Path.Join(await FetchAsync(server.UrlOf("a")), "file"), Token));
    }

    [Fact]
    public async Task Many_builds_share_one_copy()
    {
        await server.CreateAsync("a", Basic, Token);
        var trees = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => FetchAsync(server.UrlOf("a"))));
        Assert.All(trees, tree => Assert.Equal(["dir", "file", "link", "run.sh"], Names(tree)));
        Assert.Single(Directory.EnumerateDirectories(Path.Join(StoreRoot, "git")));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        await store.DisposeAsync();
        directory.Dispose();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // A submodule with a relative URL, as neighbours on one server have it.
    private static string Submodule(string name) => $"git submodule --quiet add \"$R/{name}.git\" mod; git config -f .gitmodules submodule.mod.url ../{name}.git; git add .gitmodules";

    private static IEnumerable<string> Names(string tree) => Directory.EnumerateFileSystemEntries(tree).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal);

    private static IEnumerable<string> AllNames(string tree) =>
        Directory.EnumerateFileSystemEntries(tree, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(tree, p)).Order(StringComparer.Ordinal);

    private async Task AssertNothingHoldsAsync(string text)
    {
        var found = await new Command("grep", "-rlaF", text, StoreRoot).RunAsync(Token);
        Assert.True(found.ExitCode == 1, found.ToString());
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes("me:" + text));
        found = await new Command("grep", "-rlaF", encoded, StoreRoot).RunAsync(Token);
        Assert.True(found.ExitCode == 1, found.ToString());
    }

    private static string Mode(string tree, string name) => "0" + Convert.ToString((int)File.GetUnixFileMode(Path.Join(tree, name)), 8);

    private static async Task<string> GitAsync(string tree, params string[] arguments) => (await new Command("git", [
        "-c", "safe.directory=*", "-C", tree, .. arguments]).SucceedAsync(Token)).Trim();

    private static GitStep Step(string url)
    {
        Assert.True(RemoteSource.TryParse(url, out var source));
        return new GitStep(Assert.IsType<GitSource>(source)) { Name = url };
    }

    private static FetchReporter Reporter(Step step) =>
        new(new StepStatus(step, new StepId(1)), new EventWriter(Channel.CreateUnbounded<BuildEvent>().Writer, TimeProvider.System));

    private BuildOptions WithSecret(string id, string value) =>
        options with { Secrets = options.Secrets.Add(id, new SecretSource(null, Encoding.UTF8.GetBytes(value))) };

    private async Task<FetchedSource> ResolveAsync(string url)
    {
        using var agents = new SshAgents(ImmutableDictionary<string, AgentSource>.Empty);
        var step = Step(url);
        return await new GitFetcher(store, options, agents, client, TimeProvider.System).ResolveAsync(step, Reporter(step), Token);
    }

    private async Task<string> FetchAsync(string url)
    {
        using var agents = new SshAgents(ImmutableDictionary<string, AgentSource>.Empty);
        var fetcher = new GitFetcher(store, options, agents, client, TimeProvider.System);
        var step = Step(url);
        await fetcher.ResolveAsync(step, Reporter(step), Token);
        var result = await fetcher.FetchAsync(step, Reporter(step), Token);
        return Path.Join(StoreRoot, "layers", Assert.Single(result.Layers).Value, "fs");
    }
}
