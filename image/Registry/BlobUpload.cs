using System.Net;
using System.Net.Http.Headers;
using SharpBuild.Image.Registry.Transport;

namespace SharpBuild.Image.Registry;

/// <summary>Brings one blob into a repository, in as few bytes as can be: none when it is there, none when it can be mounted, else all in one request.</summary>
internal sealed class BlobUpload(RegistryTransport transport, RegistryEndpoint endpoint, ImageReference reference, Descriptor descriptor, RegistryOptions options)
{
    // The slowest link on which an upload is given time to finish.
    private const long SlowestBytesPerSecond = 16 * 1024;

    private RepositoryScope Scope => new(reference.Repository, IsPush: true);

    private string Subject => $"blob {descriptor.Digest} of '{reference.FamiliarName}'";

    /// <summary>Whether the repository has the blob.</summary>
    /// <param name="transport">Sends.</param>
    /// <param name="endpoint">Where.</param>
    /// <param name="reference">The repository.</param>
    /// <param name="digest">The blob.</param>
    /// <param name="scope">What the request needs to be allowed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<bool> ExistsAsync(
        RegistryTransport transport, RegistryEndpoint endpoint, ImageReference reference, Digest digest, RepositoryScope scope, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Head, endpoint.Resource(reference.Repository, $"blobs/{digest}"), scope, reference, $"blob {digest} of '{reference.FamiliarName}'");
        using var response = await transport.SendAsync(endpoint, request, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.NotFound => false,
            _ => throw await RegistryFailures.ReadAsync(response, endpoint, request, cancellationToken),
        };
    }

    /// <summary>Brings it there. True when bytes were sent.</summary>
    public async Task<bool> RunAsync(Func<CancellationToken, Task<Stream>> open, ImageReference? mountFrom, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(transport, endpoint, reference, descriptor.Digest, Scope, cancellationToken))
        {
            return false;
        }

        for (var attempt = 1; ; attempt++)
        {
            if (await BeginAsync(mountFrom, cancellationToken) is not { } session)
            {
                return false;
            }

            try
            {
                await SendAsync(session, open, cancellationToken);
                return true;
            }
            catch (ImageException exception) when (exception.IsTransient && attempt < options.MaximumAttempts)
            {
                // A session that failed half-way is in an unknown state: the next attempt gets one of its own.
                await Task.Delay(Retrier.Backoff(attempt), options.Clock, cancellationToken);
            }
        }
    }

    /// <summary>Starts an upload; null when the blob was mounted instead.</summary>
    private async Task<Uri?> BeginAsync(ImageReference? mountFrom, CancellationToken cancellationToken)
    {
        var canMount = mountFrom is not null && mountFrom.Registry == reference.Registry && mountFrom.Repository != reference.Repository;
        var query = canMount ? $"?mount={descriptor.Digest}&from={Uri.EscapeDataString(mountFrom!.Repository)}" : "";
        var request = new RegistryRequest(
            HttpMethod.Post,
            endpoint.Resource(reference.Repository, "blobs/uploads/" + query),
            Scope with { MountFrom = canMount ? mountFrom!.Repository : null },
            reference,
            Subject)
        {
            Body = _ => Task.FromResult<HttpContent>(new ByteArrayContent([])),
        };
        using var response = await transport.SendAsync(endpoint, request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Created)
        {
            return null;
        }

        if (canMount && response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound)
        {
            // The other repository may not be ours to read: that is no reason not to upload.
            return await BeginAsync(mountFrom: null, cancellationToken);
        }

        if (response.StatusCode != HttpStatusCode.Accepted || response.Headers.Location is not { } location)
        {
            throw await RegistryFailures.ReadAsync(response, endpoint, request, cancellationToken);
        }

        var asked = response.RequestMessage?.RequestUri ?? request.Uri;
        return endpoint.Follow(asked, Complete(new Uri(asked, location)), request);
    }

    // Registries behind a proxy that ends TLS say http:// of themselves: for the same host the scheme that works is kept.
    private Uri Complete(Uri location)
    {
        var address = new UriBuilder(location);
        if (location.Host == endpoint.Address.Host && location.Port != endpoint.Address.Port && location.IsDefaultPort && endpoint.Address.IsDefaultPort)
        {
            (address.Scheme, address.Port) = (endpoint.Address.Scheme, endpoint.Address.Port);
        }

        address.Query = (location.Query.Length > 1 ? location.Query + "&" : "?") + "digest=" + Uri.EscapeDataString(descriptor.Digest.ToString());
        return address.Uri;
    }

    private async Task SendAsync(Uri session, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Put, session, Scope, reference, Subject)
        {
            IsRepeatable = false,
            Limit = TimeSpan.FromSeconds(60 + (descriptor.Size / SlowestBytesPerSecond)),
            Body = async cancellation =>
            {
                var content = new StreamContent(await open(cancellation));
                content.Headers.ContentLength = descriptor.Size;
                content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                return content;
            },
        };
        using var response = await transport.SendAsync(endpoint, request, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.NoContent or HttpStatusCode.OK))
        {
            throw await RegistryFailures.ReadAsync(response, endpoint, request, cancellationToken);
        }
    }
}
