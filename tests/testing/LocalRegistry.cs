using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SharpBuild.Testing;

/// <summary>Debian's <c>docker-registry</c> on a free loopback port, empty, plain HTTP; disposing it ends the process and forgets its content.</summary>
public sealed class LocalRegistry : IAsyncDisposable
{
    private const string SecretInBcrypt = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
    private readonly TemporaryDirectory directory = new();
    private readonly Process process;

    private LocalRegistry(int port, bool isLocked)
    {
        Address = $"127.0.0.1:{port}";
        var auth = isLocked ? $"auth: {{ htpasswd: {{ realm: test, path: {directory.Write("htpasswd", $"ada:{SecretInBcrypt}\n")} }} }}" : "";
        var config = directory.Write("config.yml", $"""
            version: 0.1
            storage:
              filesystem:
                rootdirectory: {directory["content"]}
            http:
              addr: {Address}
            {auth}
            """);
        // Its log is of no interest and must not fill the pipe.
        process = new Command("sh", "-c", "exec docker-registry serve \"$0\" >/dev/null 2>&1", config).Start();
    }

    /// <summary>Whether the program is installed.</summary>
    public static bool IsInstalled => Command.Exists("docker-registry");

    /// <summary>Host and port, as they stand in an image reference.</summary>
    public string Address { get; }

    /// <summary>Its URL.</summary>
    public Uri Url => new($"http://{Address}/");

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="cancellation">Stops the waiting.</param>
    /// <param name="isLocked">Whether only <c>ada</c> with the password <c>secret</c> gets in.</param>
    public static async Task<LocalRegistry> StartAsync(CancellationToken cancellation, bool isLocked = false)
    {
        var registry = new LocalRegistry(FreePort(), isLocked);
        await WaitUntilItAnswersAsync(registry.Url, TimeSpan.FromSeconds(20), cancellation);
        return registry;
    }

    /// <summary>A loopback port that nobody had when this returned.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Asks again and again until the address answers with success.</summary>
    /// <returns>The answer's body.</returns>
    public static async Task<string> WaitUntilItAnswersAsync(Uri address, TimeSpan limit, CancellationToken cancellation)
    {
        using var client = new HttpClient();
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await client.GetStringAsync(address, cancellation);
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(start) < limit)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
            }
        }
    }

    /// <summary>Ends the process.</summary>
    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        directory.Dispose();
    }
}
