using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using SharpBuild.Image;

namespace SharpBuild.Testing;

/// <summary>A registry in the test's own process, on a loopback port, that can be told to misbehave. Keeps everything in memory.</summary>
public sealed class FakeRegistry : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentDictionary<string, (string MediaType, byte[] Bytes)> manifests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte[]> blobs = new(StringComparer.Ordinal);
    private readonly Task loop;
    private int busyAnswers;

    /// <summary>Starts it, empty.</summary>
    public FakeRegistry()
    {
        Address = $"127.0.0.1:{LocalRegistry.FreePort()}";
        listener.Prefixes.Add($"http://{Address}/");
        listener.Start();
        loop = Task.Run(ServeAsync);
    }

    /// <summary>Host and port.</summary>
    public string Address { get; }

    /// <summary>Its URL.</summary>
    public Uri Url => new($"http://{Address}");

    /// <summary>What was asked so far: method, path with query, and the kind of credentials in brackets.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Answers a request instead of the registry; null or false leaves it to the registry.</summary>
    public Func<HttpListenerContext, Task<bool>>? Intercept { get; set; }

    /// <summary>Each answer with a blob breaks off after so many bytes.</summary>
    public int? BreaksAfter { get; set; }

    /// <summary>Whether <c>Range</c> is not understood.</summary>
    public bool IgnoresRanges { get; set; }

    /// <summary>The <c>name:password</c> (or the identity token) without which nobody gets in.</summary>
    public string? Login { get; set; }

    /// <summary>Whether access is by tokens of <c>/token</c>; without a <see cref="Login"/> anybody gets one.</summary>
    public bool UsesTokens { get; set; }

    /// <summary>Puts a blob there.</summary>
    public Descriptor AddBlob(byte[] bytes, string mediaType = MediaTypes.OciLayerGzip)
    {
        var digest = Digest.Compute(bytes);
        blobs[digest.ToString()] = bytes;
        return new Descriptor { MediaType = mediaType, Digest = digest, Size = bytes.Length };
    }

    /// <summary>Puts other bytes in a blob's place.</summary>
    public void Damage(Descriptor blob, byte[] bytes) => blobs[blob.Digest.ToString()] = bytes;

    /// <summary>Puts a manifest there under a name and its digest.</summary>
    public Descriptor AddManifest(string repository, string tag, byte[] bytes, string mediaType = MediaTypes.OciManifest)
    {
        var digest = Digest.Compute(bytes);
        manifests[$"{repository}:{tag}"] = manifests[$"{repository}:{digest}"] = (mediaType, bytes);
        return new Descriptor { MediaType = mediaType, Digest = digest, Size = bytes.Length };
    }

    /// <summary>A small image under a name.</summary>
    public Descriptor AddImage(string repository, string tag = "latest")
    {
        var manifest = new Manifest { Config = AddBlob("{}"u8.ToArray(), MediaTypes.OciConfig), Layers = [AddBlob(Encoding.UTF8.GetBytes(repository))] };
        return AddManifest(repository, tag, ImageJson.Serialize(manifest));
    }

    /// <summary>Whether it has a blob.</summary>
    public bool HasBlob(Digest digest) => blobs.ContainsKey(digest.ToString());

    /// <summary>The bytes of a manifest, null when there is none.</summary>
    public byte[]? FindManifest(string repository, string tag) => manifests.TryGetValue($"{repository}:{tag}", out var found) ? found.Bytes : null;

    /// <summary>The next requests are answered with <paramref name="status"/>.</summary>
    public void BeBusy(int times, HttpStatusCode status = HttpStatusCode.TooManyRequests, string? retryAfter = null)
    {
        busyAnswers = times;
        Intercept = context =>
        {
            if (Interlocked.Decrement(ref busyAnswers) < 0)
            {
                return Task.FromResult(false);
            }

            if (retryAfter is not null)
            {
                context.Response.AddHeader("Retry-After", retryAfter);
            }

            context.Response.StatusCode = (int)status;
            return Task.FromResult(true);
        };
    }

    /// <summary>Ends it.</summary>
    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await loop;
        try
        {
            listener.Close();
        }
        catch (HttpListenerException)
        {
            // It looks its own port up again, which another test may have by now.
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var context = await listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context));
            }
            catch (Exception exception) when (exception is HttpListenerException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var kind = request.Headers["Authorization"]?.Split(' ')[0];
        Requests.Enqueue($"{request.HttpMethod} {request.RawUrl}{(request.Headers["Range"] is { } range ? $" {range}" : "")}{(kind is null ? "" : $" [{kind}]")}");
        try
        {
            if (Intercept is null || !await Intercept(context))
            {
                await RouteAsync(request, response);
            }

            response.Close();
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The client went away, or the answer was broken off on purpose.
            response.Abort();
        }
    }

    private Task RouteAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var path = request.Url!.AbsolutePath;
        if (path == "/token")
        {
            return GiveTokenAsync(request, response);
        }

        if (!IsLetIn(request))
        {
            response.AddHeader("WWW-Authenticate", UsesTokens ? $"Bearer realm=\"{Url}token\",service=\"fake\",scope=\"repository:some/thing:pull\"" : "Basic realm=\"fake\"");
            return WriteErrorAsync(response, 401, "UNAUTHORIZED", "authentication required");
        }

        var at = path.LastIndexOf("/manifests/", StringComparison.Ordinal) is var found and > 0 ? found : path.LastIndexOf("/blobs/", StringComparison.Ordinal);
        if (!path.StartsWith("/v2/", StringComparison.Ordinal) || at < 0)
        {
            return WriteErrorAsync(response, 404, "UNSUPPORTED", "no such path");
        }

        var (repository, rest) = (path[4..at], path[(at + 1)..]);
        return rest.Split('/') switch
        {
            ["manifests", var name] => ManifestAsync(request, response, repository, name),
            ["blobs", "uploads", ..] => UploadAsync(request, response, repository),
            ["blobs", var digest] => BlobAsync(request, response, digest),
            _ => WriteErrorAsync(response, 404, "UNSUPPORTED", "no such path"),
        };
    }

    private bool IsLetIn(HttpListenerRequest request) => request.Headers["Authorization"] switch
    {
        null => Login is null && !UsesTokens,
        var bearer when UsesTokens => bearer == "Bearer token-of-fake",
        var basic => Login is null || basic == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Login)),
    };

    private async Task GiveTokenAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        using var reader = new StreamReader(request.InputStream);
        var form = await reader.ReadToEndAsync();
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Login ?? ""));
        var isKnown = Login is null || request.Headers["Authorization"] == basic || form.Contains($"refresh_token={Login}", StringComparison.Ordinal);
        await (isKnown ? WriteAsync(response, 200, "application/json", """{"token":"token-of-fake","expires_in":300}"""u8.ToArray()) : WriteErrorAsync(response, 401, "DENIED", "wrong password"));
    }

    private async Task ManifestAsync(HttpListenerRequest request, HttpListenerResponse response, string repository, string name)
    {
        if (request.HttpMethod == "PUT")
        {
            var body = await ReadAsync(request);
            AddManifest(repository, name, body, request.ContentType!);
            response.AddHeader("Docker-Content-Digest", Digest.Compute(body).ToString());
            response.StatusCode = 201;
            return;
        }

        if (!manifests.TryGetValue($"{repository}:{name}", out var manifest))
        {
            await WriteErrorAsync(response, 404, "MANIFEST_UNKNOWN", "manifest unknown");
            return;
        }

        response.AddHeader("Docker-Content-Digest", Digest.Compute(manifest.Bytes).ToString());
        await WriteAsync(response, 200, manifest.MediaType, manifest.Bytes);
    }

    private async Task BlobAsync(HttpListenerRequest request, HttpListenerResponse response, string digest)
    {
        if (!blobs.TryGetValue(digest, out var bytes))
        {
            await WriteErrorAsync(response, 404, "BLOB_UNKNOWN", "blob unknown");
            return;
        }

        if (request.HttpMethod == "HEAD")
        {
            response.ContentLength64 = bytes.Length;
            return;
        }

        var range = request.Headers["Range"];
        var start = range is null || IgnoresRanges ? 0 : int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        if (start > 0)
        {
            response.StatusCode = 206;
            response.AddHeader("Content-Range", $"bytes {start}-{bytes.Length - 1}/{bytes.Length}");
        }

        response.ContentLength64 = bytes.Length - start;
        var count = Math.Min(bytes.Length - start, BreaksAfter ?? int.MaxValue);
        await response.OutputStream.WriteAsync(bytes.AsMemory(start, count));
        await response.OutputStream.FlushAsync();
        if (count < bytes.Length - start)
        {
            response.Abort();
        }
    }

    private async Task UploadAsync(HttpListenerRequest request, HttpListenerResponse response, string repository)
    {
        if (request.HttpMethod == "POST")
        {
            var isMounted = request.QueryString["mount"] is { } mount && blobs.ContainsKey(mount);
            response.StatusCode = isMounted ? 201 : 202;
            response.AddHeader("Location", $"/v2/{repository}/blobs/uploads/1?_state=a%2Fb");
            return;
        }

        var body = await ReadAsync(request);
        if (Digest.Compute(body).ToString() != request.QueryString["digest"])
        {
            await WriteErrorAsync(response, 400, "DIGEST_INVALID", "provided digest did not match uploaded content");
            return;
        }

        AddBlob(body);
        response.StatusCode = 201;
    }

    private static async Task<byte[]> ReadAsync(HttpListenerRequest request)
    {
        using var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        return body.ToArray();
    }

    private static Task WriteErrorAsync(HttpListenerResponse response, int status, string code, string message) =>
        WriteAsync(response, status, "application/json", Encoding.UTF8.GetBytes($$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}"""));

    private static async Task WriteAsync(HttpListenerResponse response, int status, string mediaType, byte[] bytes)
    {
        response.StatusCode = status;
        response.ContentType = mediaType;
        response.ContentLength64 = bytes.Length;
        await response.OutputStream.WriteAsync(bytes);
    }
}
