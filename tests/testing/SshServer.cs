using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace SharpBuild.Testing;

/// <summary>Debian's <c>sshd</c> on a loopback port with keys of its own, and an <c>ssh-agent</c> with the one key that it lets in.</summary>
public sealed class SshServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/sshd";
    private readonly TemporaryDirectory directory;
    private readonly Process server;
    private readonly Process agent;

    private SshServer(TemporaryDirectory directory, int port, Process server, Process agent) =>
        (this.directory, Port, this.server, this.agent) = (directory, port, server, agent);

    /// <summary>Whether the programs are installed.</summary>
    public static bool IsInstalled => File.Exists(Program) && Command.Exists("ssh-agent");

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The agent's socket.</summary>
    public string AgentSocket => directory["agent"];

    /// <summary>The URL of a directory of this machine.</summary>
    public string UrlOf(string path) => string.Create(CultureInfo.InvariantCulture, $"ssh://{Environment.UserName}@127.0.0.1:{Port}{path}");

    /// <summary>Starts both and waits until the server listens.</summary>
    public static async Task<SshServer> StartAsync(CancellationToken cancellation)
    {
        var home = new TemporaryDirectory();
        var port = LocalRegistry.FreePort();
        foreach (var key in new[] { "host", "user" })
        {
            await new Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", home[key]).SucceedAsync(cancellation);
        }

        if (Environment.IsPrivilegedProcess)
        {
            Directory.CreateDirectory("/run/sshd"); // sshd does not start without it
        }

        var config = home.Write("config", $"""
            ListenAddress 127.0.0.1:{port}
            HostKey {home["host"]}
            AuthorizedKeysFile {home["user"]}.pub
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            """);
        var daemon = new Command("sh", "-c", "exec \"$0\" -D -f \"$1\" >\"$2\" 2>&1", Program, config, home["log"]).Start();
        var keeper = new Command("sh", "-c", "exec ssh-agent -D -a \"$0\" >/dev/null 2>&1", home["agent"]).Start();
        await WaitAsync(home, port, cancellation);
        await new Command("ssh-add", "-q", home["user"]) { Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["SSH_AUTH_SOCK"] = home["agent"] } }
            .SucceedAsync(cancellation);
        return new(home, port, daemon, keeper);
    }

    /// <summary>Ends both.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { server, agent })
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        directory.Dispose();
    }

    private static async Task WaitAsync(TemporaryDirectory home, int port, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!File.Exists(home["agent"]) || !await ListensAsync(port, limit.Token))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
