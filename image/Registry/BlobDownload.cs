using System.Net;
using SharpBuild.Image.Registry.Transport;

namespace SharpBuild.Image.Registry;

/// <summary>A blob at one endpoint: opens it from any byte on, and words its failures.</summary>
internal sealed class BlobDownload(RegistryTransport transport, RegistryEndpoint endpoint, ImageReference reference, Descriptor descriptor, int attempts)
{
    private Exception? lastFailure;

    /// <summary>The blob.</summary>
    public Descriptor Descriptor => descriptor;

    /// <summary>How many failures in a row, without a byte between them, are borne.</summary>
    public int Attempts => attempts;

    private string Subject => $"blob {descriptor.Digest} of '{reference.FamiliarName}'";

    /// <summary>Opens it. The answer is 206 from <paramref name="offset"/> on, or 200 from the start.</summary>
    public async Task<HttpResponseMessage> OpenAsync(long offset, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(
            HttpMethod.Get,
            endpoint.Resource(reference.Repository, $"blobs/{descriptor.Digest}"),
            new RepositoryScope(endpoint.Localize(reference.Repository)),
            reference,
            Subject)
        {
            Offset = offset,
        };
        var response = await transport.SendAsync(endpoint, request, cancellationToken);
        try
        {
            await CheckAsync(response, request, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Remembers why the connection broke.</summary>
    public void Note(Exception exception) => lastFailure = exception;

    /// <summary>It ended before its size.</summary>
    public ImageException Truncated(long position) => new(
        lastFailure is null ? ImageErrorCodes.SizeMismatch : ImageErrorCodes.Network,
        $"{endpoint.Description} gave {position} of {descriptor.Size} bytes of {Subject}, then {(lastFailure is null ? "no more" : lastFailure is TimeoutException ? lastFailure.Message : "the connection broke")}",
        lastFailure)
    {
        Subject = descriptor.Digest.ToString(),
        Reference = reference,
        Hint = "try again; if it happens again, the registry's storage is damaged",
        IsTransient = lastFailure is not null,
    };

    /// <summary>It goes on past its size.</summary>
    public ImageException TooLong() => WrongSize("more");

    /// <summary>Its bytes are not those that were announced.</summary>
    public ImageException WrongDigest() => new(ImageErrorCodes.DigestMismatch, $"{endpoint.Description} sent the wrong content for {Subject}")
    {
        Subject = descriptor.Digest.ToString(),
        Reference = reference,
        Hint = "try again; if it happens again, a proxy or the registry's storage damages it",
    };

    private async Task CheckAsync(HttpResponseMessage response, RegistryRequest request, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            throw Truncated(request.Offset);
        }

        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            throw await RegistryFailures.ReadAsync(response, endpoint, request, cancellationToken);
        }

        var start = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From : 0;
        if (start is null || (start != request.Offset && start != 0))
        {
            throw new ImageException(ImageErrorCodes.RegistryProtocol, $"{endpoint.Description} answers the range of {Subject} from byte {request.Offset} with another one")
            { Subject = descriptor.Digest.ToString(), Reference = reference, Hint = "check the proxy or storage in front of the registry" };
        }

        if (response.Content.Headers.ContentLength is { } length && length != descriptor.Size - start)
        {
            throw WrongSize((length + start).ToString()!);
        }
    }

    private ImageException WrongSize(string found) => new(ImageErrorCodes.SizeMismatch, $"{endpoint.Description} has {found} bytes for {Subject}, not {descriptor.Size}")
    {
        Subject = descriptor.Digest.ToString(),
        Reference = reference,
        Hint = "the manifest or the registry's storage is damaged: push the image again",
    };
}
