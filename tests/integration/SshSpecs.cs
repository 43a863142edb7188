using System.Diagnostics;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary><c>RUN --mount=type=ssh</c> with OpenSSH's own agent and client.</summary>
[Trait("Rootless", "also")]
public sealed class SshSpecs : IAsyncLifetime
{
    private readonly List<Process> agents = [];
    private Workshop workshop = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Testing.Command.Exists("ssh-agent"), "there is no ssh-agent (openssh-client)");
        workshop = await Workshop.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in agents)
        {
            agent.Kill();
            agent.Dispose();
        }

        if (workshop is not null)
        {
            await workshop.DisposeAsync();
        }
    }

    [Fact]
    public async Task I_can_use_my_agent_in_a_step_that_cannot_change_it()
    {
        var socket = await StartAgentAsync(await MakeKeyAsync("mine"));
        var result = await BuildAsync(
            """
            RUN --mount=type=ssh,required=true test $SSH_AUTH_SOCK = /run/buildkit/ssh_agent.0 && ssh-add -l && ! ssh-add -D && ssh-add -l
            RUN test -z "$SSH_AUTH_SOCK" && test ! -e /run/buildkit
            """,
            "--ssh", $"default={socket}");
        Assert.Equal(2, result.Error.Split("mine (ED25519)").Length - 1);
    }

    [Fact]
    public async Task I_can_use_a_key_without_an_agent_as_another_user_at_a_place_of_my_choice()
    {
        var result = await BuildAsync(
            """
            USER 1000:1000
            ENV SSH_AUTH_SOCK=/agents/deploy
            RUN --mount=type=ssh,id=deploy,target=/agents/deploy,uid=1000,gid=1000,mode=0600 ssh-add -l; stat -c '%u %g %a %F' /agents/deploy
            """,
            "--ssh", $"deploy={await MakeKeyAsync("one")},{await MakeKeyAsync("two")}");
        Assert.Contains("one (ED25519)", result.Error, StringComparison.Ordinal);
        Assert.Contains("two (ED25519)", result.Error, StringComparison.Ordinal);
        Assert.Contains("1000 1000 600 socket", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_was_started_leaves_no_process_behind_not_even_a_dead_one()
    {
        // Its own session tells its processes, dead ones too, from those of tests that run at the same time.
        var build = workshop.Command(Dockerfile("RUN --mount=type=ssh ssh-add -l"), await OptionsAsync("--ssh", $"default={await MakeKeyAsync("key")}"));
        using var process = new Command("setsid", [build.Program, .. build.Arguments]) { Environment = build.Environment }.Start();
        var error = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);

        Assert.True(process.ExitCode == 0, error);
        Assert.Equal("", (await new Command("ps", "-s", $"{process.Id}", "-o", "stat=,comm=").RunAsync(Cancellation)).Output);
    }

    [Fact]
    public async Task An_agent_that_was_not_given_is_left_out_or_told()
    {
        await BuildAsync("RUN --mount=type=ssh test ! -e $SSH_AUTH_SOCK");
        var result = await TryBuildAsync("RUN --mount=type=ssh,id=deploy,required=true true");
        Assert.Contains("the SSH agent 'deploy' is required, but was not given [SB3005]", result.Error, StringComparison.Ordinal);
        Assert.Contains("Dockerfile:3", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_needs_a_passphrase_is_told()
    {
        var key = await MakeKeyAsync("locked", "a passphrase");
        var result = await TryBuildAsync("RUN --mount=type=ssh ssh-add -l", "--ssh", $"default={key}");
        Assert.Contains($"'{key}' cannot be used as a private key", result.Error, StringComparison.Ordinal);
        Assert.Contains("SB3006", result.Error, StringComparison.Ordinal);
    }

    private async Task<CommandResult> BuildAsync(string steps, params IReadOnlyList<string> options)
    {
        var result = await TryBuildAsync(steps, options);
        Assert.True(result.ExitCode == 0, result.Error);
        return result;
    }

    private async Task<CommandResult> TryBuildAsync(string steps, params IReadOnlyList<string> options) =>
        await workshop.TryBuildAsync(Dockerfile(steps), await OptionsAsync(options));

    private static string Dockerfile(string steps) => $"FROM busybox\nCOPY --from=client / /\n{steps}\n";

    private async Task<string[]> OptionsAsync(params IReadOnlyList<string> options) => [.. options, "--build-context", $"client={await MakeClientAsync()}"];

    private async Task<string> MakeKeyAsync(string name, string passphrase = "")
    {
        var file = workshop.Outside(name);
        await new Command("ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", name, "-f", file).SucceedAsync(Cancellation);
        return file;
    }

    private async Task<string> StartAgentAsync(string key)
    {
        var socket = workshop.Outside("agent");
        agents.Add(new Command("ssh-agent", "-D", "-a", socket).Start());
        while (!File.Exists(socket))
        {
            await Task.Delay(10, Cancellation);
        }

        await new Command("ssh-add", "-q", key) { Environment = new Dictionary<string, string?> { ["SSH_AUTH_SOCK"] = socket } }.SucceedAsync(Cancellation);
        return socket;
    }

    // The host's ssh-add with the libraries that it is linked with.
    private async Task<string> MakeClientAsync()
    {
        var client = workshop.Outside("client");
        var script = "for f in $(command -v ssh-add) $(ldd $(command -v ssh-add) | grep -o '/[^ ]*'); do install -D -m 755 \"$f\" \"$0$f\"; done";
        await new Command("/bin/bash", "-euc", script, client).SucceedAsync(Cancellation);
        return client;
    }
}
