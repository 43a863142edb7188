using System.Formats.Tar;
using System.Text;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Names that an archive, an image or a registry brings along, printed by every command that meets them.</summary>
[Trait("Rootless", "also")]
public sealed class HostileNameSpecs : IAsyncDisposable
{
    private const string Hostile = "x\e]0;owned\a\e[2J\u009b31m\u202e\n::error::forged\r##vso[task.complete]\n##teamcity[x]\n##[error]y";
    private readonly SharpBuildProgram sharpbuild = new();
    private readonly SharpBuild.Testing.TemporaryDirectory directory = new();

    public HostileNameSpecs() => Assert.SkipUnless(SharpBuildProgram.Program is not null, SharpBuildProgram.NotPublished);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_that_is_printed_controls_a_terminal_or_a_service()
    {
        await sharpbuild.ImportBusyboxAsync(Cancellation);
        directory.Write("context/Dockerfile", "FROM busybox\nENV X=\"" + Hostile.Replace("\n", " ", StringComparison.Ordinal).Replace("\r", " ", StringComparison.Ordinal) + "\"\nLABEL a=\"\e[2J##vso[x]\"\nENTRYPOINT [\"/no\e[2Jne\"]\n");
        await CheckAsync("build", "--progress", "plain", "-t", "evil", directory["context"]);
        foreach (var words in (string[])["images", "images --tree", "images --format json", "inspect evil", "run --rm evil", "run --rm --name x::y evil", "history evil", "du", "du -v", "ps -a", "why", "store check"])
        {
            await CheckAsync(words.Split(' '));
        }

        foreach (var command in (string[])["run", "pull", "push", "tag", "save", "rmi", "rm", "inspect", "load -i", "import", "build", "check", "parse", "why", "help", "prune --filter", "build --target", "build --platform", "build -o", "build --secret", "build --mount", Hostile])
        {
            await CheckAsync([.. command.Split(' '), Hostile]);
        }
    }

    [Theory]
    [InlineData("import")]
    [InlineData("load")]
    public async Task An_archive_s_names_are_harmless(string command)
    {
        var archive = directory["evil.tar"];
        await using (var tar = new TarWriter(File.Create(archive)))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "../" + Hostile) { LinkName = Hostile }, Cancellation);
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.HardLink, Hostile) { LinkName = "../../" + Hostile }, Cancellation);
            var manifest = Encoding.UTF8.GetBytes($$"""[{"Config":{{System.Text.Json.JsonSerializer.Serialize(Hostile)}},"RepoTags":[{{System.Text.Json.JsonSerializer.Serialize(Hostile)}}],"Layers":[]}]""");
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "manifest.json") { DataStream = new MemoryStream(manifest) }, Cancellation);
        }

        await CheckAsync(command == "load" ? ["load", "-i", archive] : ["import", archive, "evil:1"]);
    }

    [Fact]
    public async Task A_registry_s_words_are_harmless()
    {
        await using var registry = new FakeRegistry();
        registry.Intercept = async context =>
        {
            context.Response.StatusCode = 403;
            context.Response.StatusDescription = "no\e[2J";
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($$"""{"errors":[{"code":"X","message":{{System.Text.Json.JsonSerializer.Serialize(Hostile)}}}]}"""), Cancellation);
            return true;
        };
        await CheckAsync("pull", registry.Address + "/evil");
        registry.Intercept = context =>
        {
            context.Response.AddHeader("WWW-Authenticate", "Bearer realm=\"ftp://\u001b[2J##vso[x]\"");
            context.Response.StatusCode = 401;
            return Task.FromResult(true);
        };
        await CheckAsync("pull", registry.Address + "/evil");
        directory.Write("context/Dockerfile", $"FROM {registry.Address}/evil\n");
        await CheckAsync("build", directory["context"]);
    }

    [Fact]
    public async Task Output_of_a_step_keeps_its_colours_and_nothing_else()
    {
        await sharpbuild.ImportBusyboxAsync(Cancellation);
        directory.Write("context/Dockerfile", """
            FROM busybox
            RUN printf 'a\033[31mred\033[0m\033]0;title\007\033[2J\033[10Ab\n::error::x\n'
            """);
        var command = sharpbuild.Command("build", "--progress", "plain", directory["context"]);
        command = command with { Environment = new Dictionary<string, string?>(command.Environment, StringComparer.Ordinal) { ["NO_COLOR"] = null } };
        var result = await command.RunAsync(Cancellation);
        Assert.Contains("a\e[31mred\e[0mb", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("title", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[2J", result.Error, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await sharpbuild.DisposeAsync();
        directory.Dispose();
    }

    private async Task CheckAsync(params IReadOnlyList<string> arguments)
    {
        var command = sharpbuild.Command(arguments) with { Limit = TimeSpan.FromSeconds(60) };
        command = command with { Environment = new Dictionary<string, string?>(command.Environment, StringComparer.Ordinal) { ["CI"] = "true" } };
        var result = await command.RunAsync(Cancellation);
        var printed = result.Output + result.Error;
        Assert.DoesNotContain(printed, c => (char.IsControl(c) && c is not ('\n' or '\t')) || c is '\u202e' or '\u2066');
        Assert.DoesNotContain("##vso[", printed, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("##teamcity[", printed, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("##[", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(printed.Split('\n'), line => line.TrimStart().StartsWith("::", StringComparison.Ordinal));
        Assert.DoesNotContain("SB9001", printed, StringComparison.Ordinal);
    }
}
