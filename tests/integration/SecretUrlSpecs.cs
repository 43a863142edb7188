using System.Text;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>A name and password in a URL reach the server, and nothing that is kept or shown.</summary>
[Trait("Rootless", "also")]
public sealed class SecretUrlSpecs : IAsyncDisposable
{
    private const string Secret = "hush-hush-4711";
    private readonly SharpBuildProgram sharpbuild = new();
    private readonly SharpBuild.Testing.TemporaryDirectory directory = new();

    public SecretUrlSpecs() => Assert.SkipUnless(SharpBuildProgram.Program is not null, SharpBuildProgram.NotPublished);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("me:" + Secret, "me:" + Secret)]
    [InlineData(Secret, Secret + ":")]
    public async Task A_login_in_a_url_is_kept_nowhere(string login, string sent)
    {
        var header = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(sent));
        await using var git = new GitServer();
        await git.CreateAsync("inner", "echo one >file; git add .; git commit -qm one", Cancellation);
        await git.CreateAsync(
            "app",
            "printf 'FROM scratch\\nCOPY . /\\n' >Dockerfile; git submodule --quiet add \"$R/inner.git\" mod; git config -f .gitmodules submodule.mod.url ../inner.git; git add .; git commit -qm one",
            Cancellation);
        git.Authorization = header;
        await using var web = new WebServer(r => r.Header("Authorization") != header ? WebAnswer.Empty(401) : r.Path == "/none" ? WebAnswer.Empty(404) : WebAnswer.File("content", ("ETag", "\"1\"")));
        var repository = WithLogin(git.UrlOf("app"), login);
        directory.Write("context/Dockerfile", $"""
            FROM scratch
            ARG URL={WithLogin(web.Url, login)}
            ADD {WithLogin(web.Url, login)}/one $URL/two /web/
            ADD --keep-git-dir=true {repository} /git/
            """);
        directory.Write("failing/Dockerfile", $"FROM scratch\nADD {WithLogin(web.Url, login)}/none /\n");
        directory.Write("wrong/Dockerfile", $"FROM scratch\nADD {WithLogin(git.UrlOf("none"), login)} /\nCOPY {WithLogin(web.Url, login)}/x /\n");
        string[] context = ["--metadata-file", directory["metadata.json"], "-o", $"type=oci,dest={directory["image.tar"]}", "-t", "app"];

        await CheckAsync(0, ["build", "--progress", "plain", "--explain", .. context, directory["context"]]);
        await CheckAsync(0, ["build", "--progress", "rawjson", "--explain", .. context, directory["context"]]);
        await CheckAsync(0, ["build", "--progress", "plain", "--build-arg", "BUILDKIT_CONTEXT_KEEP_GIT_DIR=1", .. context, repository]);
        await CheckAsync(0, ["build", "--call", "graph,format=json", directory["context"]]);
        await CheckAsync(0, ["why", directory["context"]]);
        await CheckAsync(0, ["inspect", "app"]);
        await CheckAsync(1, ["build", "--progress", "plain", directory["failing"]]);
        await CheckAsync(1, ["build", "--progress", "rawjson", directory["failing"]]);
        await CheckAsync(1, ["build", "--progress", "plain", directory["wrong"]]);
        await CheckAsync(1, ["build", "--progress", "plain", repository + "#nope"]);
        await CheckAsync(125, ["build", "--progress", "plain", repository.Replace(".git", ".git?tag=a&branch=b", StringComparison.Ordinal)]);
        await CheckAsync(125, ["build", "ftp://" + login + "@h/x"]);
        await CheckAsync(125, ["build", "--build-context", "x=ftp://" + login + "@h/x", directory["context"]]);

        foreach (var kept in (string[])[sharpbuild.Store, directory["metadata.json"], directory["image.tar"]])
        {
            foreach (var pattern in (string[])[Secret, header["Basic ".Length..]])
            {
                var found = await new Command("grep", "-rlaF", pattern, kept).RunAsync(Cancellation);
                Assert.True(found.ExitCode != 0 || SharpBuildProgram.IsRootless, found.ToString());
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await sharpbuild.DisposeAsync();
        directory.Dispose();
    }

    private static string WithLogin(string url, string login) => url.Replace("://", $"://{login}@", StringComparison.Ordinal);

    private async Task CheckAsync(int exitCode, IReadOnlyList<string> arguments)
    {
        var result = await sharpbuild.RunAsync(Cancellation, arguments);
        Assert.True(result.ExitCode == exitCode, result.ToString());
        Assert.DoesNotContain(Secret, result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, result.Error, StringComparison.Ordinal);
    }
}
