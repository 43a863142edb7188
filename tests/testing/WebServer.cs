using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SharpBuild.Testing;

/// <summary>A web server in the test's own process, on a loopback port, that answers as the test says, also wrongly. One answer a connection.</summary>
public sealed class WebServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<WebRequest, WebAnswer> answer;
    private readonly X509Certificate2? certificate;
    private readonly Task loop;

    /// <summary>Starts it.</summary>
    /// <param name="answer">Answers a request.</param>
    /// <param name="certificate">What it shows over TLS; null for plain HTTP.</param>
    public WebServer(Func<WebRequest, WebAnswer> answer, X509Certificate2? certificate = null)
    {
        (this.answer, this.certificate) = (answer, certificate);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        loop = Task.Run(AcceptAsync, CancellationToken.None);
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The address without a slash at its end.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"{(certificate is null ? "http" : "https")}://127.0.0.1:{Port}");

    /// <summary>What was asked so far, such as <c>GET /file</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await loop;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                open.Add(Task.Run(() => ServeAsync(client), CancellationToken.None));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task<Stream> OpenAsync(NetworkStream plain)
    {
        if (certificate is null)
        {
            return plain;
        }

        var secure = new SslStream(plain);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
        return secure;
    }

    /// <summary>A certificate that nobody trusts.</summary>
    public static X509Certificate2 MakeCertificate()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = await OpenAsync(client.GetStream());
                var request = await WebRequest.ReadAsync(stream, stop.Token);
                Requests.Enqueue($"{request.Method} {request.Path}");
                await answer(request).WriteAsync(stream, request.Method == "HEAD", stop.Token);
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or AuthenticationException)
            {
                // The client hung up, or the test is over.
            }
        }
    }
}

/// <summary>A request to a <see cref="WebServer"/>.</summary>
/// <param name="Method">Such as <c>GET</c>.</param>
/// <param name="Path">With the query.</param>
/// <param name="Headers">By name in any casing.</param>
/// <param name="Body">The body.</param>
public sealed record WebRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>A header; empty when it was not sent.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    internal static async Task<WebRequest> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var words = (await ReadLineAsync(stream, cancellation)).Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync(stream, cancellation) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return new(words[0], words[1], headers, await ReadBodyAsync(stream, headers, cancellation));
    }

    private static async Task<byte[]> ReadBodyAsync(Stream stream, Dictionary<string, string> headers, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        if (headers.TryGetValue("Content-Length", out var length))
        {
            await CopyAsync(stream, body, int.Parse(length, CultureInfo.InvariantCulture), cancellation);
        }
        else if (headers.GetValueOrDefault("Transfer-Encoding") == "chunked")
        {
            while (int.Parse(await ReadLineAsync(stream, cancellation), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var size)
            {
                await CopyAsync(stream, body, size, cancellation);
                await ReadLineAsync(stream, cancellation);
            }
        }

        return body.ToArray();
    }

    private static async Task CopyAsync(Stream stream, MemoryStream body, int size, CancellationToken cancellation)
    {
        var buffer = new byte[size];
        await stream.ReadExactlyAsync(buffer, cancellation);
        body.Write(buffer);
    }

    private static async Task<string> ReadLineAsync(Stream stream, CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancellation) == 1 && one[0] != '\n')
        {
            line.Append((char)one[0]);
        }

        return line.ToString().TrimEnd('\r');
    }
}

/// <summary>An answer of a <see cref="WebServer"/>.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Body">The body.</param>
public sealed record WebAnswer(int Status, byte[] Body)
{
    /// <summary>More headers.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>What <c>Content-Length</c> says; null for the truth.</summary>
    public long? AnnouncedLength { get; init; }

    /// <summary>A file.</summary>
    public static WebAnswer File(string text, params IReadOnlyList<(string Name, string Value)> headers) => new(200, Encoding.UTF8.GetBytes(text)) { Headers = headers };

    /// <summary>An answer without a body.</summary>
    public static WebAnswer Empty(int status, params IReadOnlyList<(string Name, string Value)> headers) => new(status, []) { Headers = headers };

    internal async Task WriteAsync(Stream stream, bool isHead, CancellationToken cancellation)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} {(HttpStatusCode)Status}\r\nConnection: close\r\n");
        if (Status != 304)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {AnnouncedLength ?? Body.Length}\r\n");
        }

        foreach (var (name, value) in Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), cancellation);
        await stream.WriteAsync(isHead ? [] : Body, cancellation);
    }
}
