using System.Net;
using System.Net.Http.Headers;

namespace SharpBuild.Image.Registry;

/// <summary>Pulls from and pushes to registries by the OCI distribution protocol. Thread-safe; keeps connections and tokens, so share one.</summary>
public sealed class RegistryClient : IDisposable
{
    private const int MaximumManifest = 4 << 20; // what registries must accept at least, and most at most

    private static readonly string[] ManifestTypes =
        [MediaTypes.OciIndex, MediaTypes.DockerManifestList, MediaTypes.OciManifest, MediaTypes.DockerManifest];

    private readonly RegistryTransport transport;

    /// <summary>Makes a client; nothing is connected yet.</summary>
    public RegistryClient(RegistryOptions options)
    {
        Options = options;
        transport = new(options);
    }

    /// <summary>How registries are reached.</summary>
    public RegistryOptions Options { get; }

    /// <summary>Fetches the manifest or index that a reference names, from the first mirror that has it or the registry itself. Its bytes are verified against the reference's digest, or the one that the registry states.</summary>
    /// <exception cref="ImageException">There is none, or it is not what it should be.</exception>
    public Task<ResolvedManifest> ResolveAsync(ImageReference reference, CancellationToken cancellationToken) =>
        FromAnyAsync(reference, endpoint => FetchManifestAsync(endpoint, reference, cancellationToken));

    /// <summary>Opens a blob from the first mirror that has it or the registry itself. The stream resumes broken downloads and verifies digest and size; the caller disposes it.</summary>
    /// <exception cref="ImageException">There is none, or (while reading) it is not what it should be.</exception>
    public Task<Stream> OpenBlobAsync(ImageReference reference, Descriptor descriptor, CancellationToken cancellationToken) =>
        FromAnyAsync<Stream>(reference, async endpoint =>
        {
            var download = new BlobDownload(new(transport, endpoint, reference, descriptor, Options, cancellationToken));
            await download.StartAsync(cancellationToken);
            return new VerifiedStream(download, descriptor);
        });

    /// <summary>The blobs of a repository as a source.</summary>
    public IBlobSource BlobsOf(ImageReference reference) => new RepositoryBlobs(this, reference);

    /// <summary>Whether the registry itself has a blob.</summary>
    /// <exception cref="ImageException">It does not say.</exception>
    public async Task<bool> HasBlobAsync(ImageReference reference, Digest digest, CancellationToken cancellationToken) =>
        await HasBlobAsync(reference, digest, PullScope(reference), cancellationToken);

    /// <summary>Uploads a blob, unless the registry has it or can mount it from <paramref name="mountFrom"/>.</summary>
    /// <param name="reference">Whose repository it goes to.</param>
    /// <param name="descriptor">What it is.</param>
    /// <param name="open">Opens it from its start; once an attempt.</param>
    /// <param name="mountFrom">An image of the same registry that may share it, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>True when bytes were sent.</returns>
    /// <exception cref="ImageException">The registry refused it.</exception>
    public async Task<bool> PushBlobAsync(ImageReference reference, Descriptor descriptor, Func<CancellationToken, Task<Stream>> open, ImageReference? mountFrom, CancellationToken cancellationToken)
    {
        var canMount = mountFrom is not null && mountFrom.Registry == reference.Registry && mountFrom.Repository != reference.Repository;
        var scope = canMount ? $"{PushScope(reference)} {PullScope(mountFrom!)}" : PushScope(reference);
        if (await HasBlobAsync(reference, descriptor.Digest, scope, cancellationToken))
        {
            return false;
        }

        for (var attempt = 1; ; attempt++)
        {
            var location = await StartUploadAsync(reference, descriptor, canMount ? mountFrom : null, scope, cancellationToken);
            if (location is null)
            {
                return false;
            }

            if (await TryUploadAsync(reference, descriptor, open, location, scope, attempt, cancellationToken))
            {
                return true;
            }

            await Task.Delay(RegistryTransport.Backoff(attempt), Options.Clock, cancellationToken);
        }
    }

    /// <summary>Uploads a manifest or index under the reference's tag, or its digest when it has no tag.</summary>
    /// <exception cref="ImageException">The registry refused it.</exception>
    public async Task<Descriptor> PushManifestAsync(ImageReference reference, string mediaType, ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken)
    {
        var endpoint = RegistryEndpoint.ForPush(reference.Registry, Options);
        var digest = Digest.Compute(manifest.Span);
        var name = reference.Tag ?? digest.ToString();
        using var response = await transport.SendAsync(endpoint, $"{reference.Repository}/manifests/{name}", PushScope(reference), uri => new(HttpMethod.Put, uri)
        {
            Content = new ReadOnlyMemoryContent(manifest) { Headers = { ContentType = new(mediaType) } },
        }, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Accepted))
        {
            throw await RegistryResponse.ToExceptionAsync(response, endpoint, reference, $"the manifest of {reference.FamiliarName}", cancellationToken);
        }

        CheckStatedDigest(response, endpoint, reference, digest);
        return new() { MediaType = mediaType, Digest = digest, Size = manifest.Length };
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => transport.Dispose();

    private static string PullScope(ImageReference reference) => $"repository:{reference.Repository}:pull";

    private static string PushScope(ImageReference reference) => $"repository:{reference.Repository}:pull,push";

    // A mirror that fails in any way is passed over; what the registry itself says is the answer.
    private async Task<T> FromAnyAsync<T>(ImageReference reference, Func<RegistryEndpoint, Task<T>> fetch)
    {
        var endpoints = RegistryEndpoint.ForPull(reference.Registry, Options).ToArray();
        foreach (var endpoint in endpoints[..^1])
        {
            try
            {
                return await fetch(endpoint);
            }
            catch (ImageException)
            {
                // The next one may have it.
            }
        }

        return await fetch(endpoints[^1]);
    }

    private async Task<ResolvedManifest> FetchManifestAsync(RegistryEndpoint endpoint, ImageReference reference, CancellationToken cancellationToken)
    {
        var name = reference.Digest?.ToString() ?? reference.Tag;
        using var response = await transport.SendAsync(endpoint, $"{reference.Repository}/manifests/{name}", PullScope(reference), CreateManifestRequest, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw await RegistryResponse.ToExceptionAsync(response, endpoint, reference, reference.FamiliarName, cancellationToken);
        }

        byte[] bytes;
        try
        {
            bytes = await RegistryResponse.ReadLimitedAsync(response, MaximumManifest, cancellationToken);
        }
        catch (Exception exception) when (RegistryTransport.IsNetwork(exception, cancellationToken))
        {
            throw new ImageException(ImageErrorCodes.Network, $"the manifest of {reference.FamiliarName} broke off: {exception.Message}", exception) { Reference = reference, IsTransient = true };
        }

        var digest = Digest.Compute(bytes);
        if (reference.Digest is { Algorithm: "sha256" } wanted && wanted != digest)
        {
            throw Mismatch(endpoint, reference, wanted, digest);
        }

        CheckStatedDigest(response, endpoint, reference, digest);
        return new(new() { MediaType = ReadMediaType(response, bytes, reference), Digest = digest, Size = bytes.Length }, bytes);
    }

    private static HttpRequestMessage CreateManifestRequest(Uri uri)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        foreach (var type in ManifestTypes)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        }

        return request;
    }

    // Header and body must agree: otherwise two readers could take one document for two different things.
    private static string ReadMediaType(HttpResponseMessage response, byte[] bytes, ImageReference reference)
    {
        var stated = response.Content.Headers.ContentType?.MediaType;
        var inside = ImageJson.DetectMediaType(bytes);
        var isKnown = MediaTypes.IsIndex(stated) || MediaTypes.IsManifest(stated);
        if (inside is null || (isKnown && inside != stated && !(MediaTypes.IsIndex(inside) == MediaTypes.IsIndex(stated) && !HasOwnMediaType(bytes))))
        {
            throw new ImageException(ImageErrorCodes.InvalidManifest, $"what the registry '{reference.Registry}' gives for {reference.FamiliarName} is not the {stated ?? "manifest"} that it says")
            {
                Reference = reference,
                Subject = reference.FamiliarName,
            };
        }

        return isKnown ? stated! : inside;
    }

    private static bool HasOwnMediaType(byte[] bytes)
    {
        using var document = System.Text.Json.JsonDocument.Parse(bytes);
        return document.RootElement.TryGetProperty("mediaType", out _);
    }

    private static void CheckStatedDigest(HttpResponseMessage response, RegistryEndpoint endpoint, ImageReference reference, Digest digest)
    {
        if (response.Headers.TryGetValues("Docker-Content-Digest", out var values)
            && Digest.TryParse(values.FirstOrDefault(), out var stated) && stated.Algorithm == "sha256" && stated != digest)
        {
            throw Mismatch(endpoint, reference, stated, digest);
        }
    }

    private static ImageException Mismatch(RegistryEndpoint endpoint, ImageReference reference, Digest wanted, Digest actual) => new(
        ImageErrorCodes.DigestMismatch, $"the registry '{endpoint.Registry}' gives other bytes for {reference.FamiliarName} than {wanted}: {actual}")
    {
        Reference = reference,
        Subject = reference.FamiliarName,
    };

    private async Task<bool> HasBlobAsync(ImageReference reference, Digest digest, string scope, CancellationToken cancellationToken)
    {
        var endpoint = RegistryEndpoint.ForPush(reference.Registry, Options);
        using var response = await transport.SendAsync(endpoint, $"{reference.Repository}/blobs/{digest}", scope, uri => new(HttpMethod.Head, uri), cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.NotFound => false,
            _ => throw await RegistryResponse.ToExceptionAsync(response, endpoint, reference, $"the repository {reference.Repository}", cancellationToken),
        };
    }

    // Where to send the blob, null when the registry mounted it from the other repository.
    private async Task<string?> StartUploadAsync(ImageReference reference, Descriptor descriptor, ImageReference? mountFrom, string scope, CancellationToken cancellationToken)
    {
        var endpoint = RegistryEndpoint.ForPush(reference.Registry, Options);
        var query = mountFrom is null ? "" : $"?mount={Uri.EscapeDataString(descriptor.Digest.ToString())}&from={Uri.EscapeDataString(mountFrom.Repository)}";
        using var response = await transport.SendAsync(endpoint, $"{reference.Repository}/blobs/uploads/{query}", scope, uri => new(HttpMethod.Post, uri) { Content = new ByteArrayContent([]) }, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Created && mountFrom is not null)
        {
            return null;
        }

        if (response.StatusCode != HttpStatusCode.Accepted || response.Headers.Location is not { } location)
        {
            throw await RegistryResponse.ToExceptionAsync(response, endpoint, reference, $"an upload to {reference.Repository}", cancellationToken);
        }

        var target = new Uri(response.RequestMessage!.RequestUri!, location).AbsoluteUri;
        return $"{target}{(target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={Uri.EscapeDataString(descriptor.Digest.ToString())}";
    }

    // One PUT of everything: the form that every registry takes. A failed one is started anew, because few can say where it stopped.
    private async Task<bool> TryUploadAsync(ImageReference reference, Descriptor descriptor, Func<CancellationToken, Task<Stream>> open, string location, string scope, int attempt, CancellationToken cancellationToken)
    {
        var endpoint = RegistryEndpoint.ForPush(reference.Registry, Options);
        var isLast = attempt >= Options.MaximumAttempts;
        await using var content = await open(cancellationToken);
        try
        {
            using var response = await transport.SendOnceAsync(endpoint, location, scope, uri => CreateUpload(uri, content, descriptor), cancellationToken);
            if (response.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.NoContent)
            {
                return true;
            }

            if (isLast || (int)response.StatusCode < 500)
            {
                throw await RegistryResponse.ToExceptionAsync(response, endpoint, reference, $"the upload of {descriptor.Digest}", cancellationToken);
            }
        }
        catch (Exception exception) when (!isLast && RegistryTransport.IsNetwork(exception, cancellationToken))
        {
            // Tried again from the start.
        }
        catch (HttpRequestException exception)
        {
            throw new ImageException(ImageErrorCodes.Network, $"the upload of {descriptor.Digest} to '{endpoint.Registry}' broke off: {exception.Message}", exception) { Reference = reference, IsTransient = true };
        }

        return false;
    }

    private static HttpRequestMessage CreateUpload(Uri uri, Stream content, Descriptor descriptor) => new(HttpMethod.Put, uri)
    {
        Content = new StreamContent(content, 256 * 1024) { Headers = { ContentLength = descriptor.Size, ContentType = new("application/octet-stream") } },
    };

    private sealed class RepositoryBlobs(RegistryClient client, ImageReference reference) : IBlobSource
    {
        public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken) => client.OpenBlobAsync(reference, descriptor, cancellationToken);
    }
}
