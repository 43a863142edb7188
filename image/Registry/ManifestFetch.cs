using SharpBuild.Image.Registry.Transport;

namespace SharpBuild.Image.Registry;

/// <summary>Fetches a manifest or index from one endpoint, and believes neither digest nor media type that it comes with.</summary>
internal sealed class ManifestFetch(RegistryTransport transport)
{
    // Registries take manifests of up to 4 MiB; what is larger is no manifest.
    private const int LongestManifest = 4 * 1024 * 1024;

    private const string Accepted = MediaTypes.OciIndex + ", " + MediaTypes.OciManifest + ", " + MediaTypes.DockerManifestList + ", " + MediaTypes.DockerManifest;

    /// <summary>Fetches what the reference's digest names, or else its tag.</summary>
    /// <exception cref="ImageException">It is not there, or not what it claims to be.</exception>
    public async Task<ResolvedManifest> RunAsync(RegistryEndpoint endpoint, ImageReference reference, CancellationToken cancellationToken)
    {
        var name = reference.Digest?.ToString() ?? reference.Tag!;
        var request = new RegistryRequest(
            HttpMethod.Get,
            endpoint.Resource(reference.Repository, $"manifests/{name}"),
            new RepositoryScope(endpoint.Localize(reference.Repository)),
            reference,
            $"image '{reference.FamiliarName}'")
        {
            Accept = Accepted,
        };
        using var response = await transport.SendAsync(endpoint, request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await RegistryFailures.ReadAsync(response, endpoint, request, cancellationToken);
        }

        if (RegistryFailures.IsHtml(response))
        {
            throw RegistryFailures.NotARegistry(endpoint, request);
        }

        var bytes = await ReadAsync(response, endpoint, request, cancellationToken);
        return Verify(response, bytes, endpoint, reference);
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, RegistryEndpoint endpoint, RegistryRequest request, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > LongestManifest)
        {
            throw TooLong(endpoint, request);
        }

        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var bytes = new MemoryStream((int)(response.Content.Headers.ContentLength ?? 4096));
            var buffer = new byte[16 * 1024];
            for (int count; (count = await body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                await bytes.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                if (bytes.Length > LongestManifest)
                {
                    throw TooLong(endpoint, request);
                }
            }

            return bytes.ToArray();
        }
        catch (Exception exception) when (ConnectionFailure.Is(exception))
        {
            throw ConnectionFailure.Explain(exception, request.Uri);
        }
    }

    private static ImageException TooLong(RegistryEndpoint endpoint, RegistryRequest request) =>
        new(ImageErrorCodes.LimitExceeded, $"the manifest of {request.Subject} from {endpoint.Description} is longer than {LongestManifest / 1024 / 1024} MiB")
        {
            Subject = request.Subject,
            Reference = request.Reference,
            Hint = "this is not an image manifest; check the name",
        };

    private static ResolvedManifest Verify(HttpResponseMessage response, byte[] bytes, RegistryEndpoint endpoint, ImageReference reference)
    {
        var announced = AnnouncedDigest(response);
        if (reference.Digest is { } asked)
        {
            CheckDigest(asked, bytes, endpoint, reference);
        }

        if (announced is { } claimed)
        {
            CheckDigest(claimed, bytes, endpoint, reference);
        }

        var mediaType = CheckMediaType(response.Content.Headers.ContentType?.MediaType, bytes, endpoint, reference);
        var digest = reference.Digest ?? announced ?? Digest.Compute(bytes);
        return new ResolvedManifest(new Descriptor { MediaType = mediaType, Digest = digest, Size = bytes.Length }, bytes);
    }

    private static Digest? AnnouncedDigest(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.FirstOrDefault(), out var digest) ? digest : null;

    private static void CheckDigest(Digest expected, byte[] bytes, RegistryEndpoint endpoint, ImageReference reference)
    {
        using var hash = expected.CreateHash();
        hash.AppendData(bytes);
        if (!expected.Matches(hash.GetHashAndReset()))
        {
            throw new ImageException(ImageErrorCodes.DigestMismatch, $"{endpoint.Description} gave a manifest of '{reference.FamiliarName}' that is not {expected} but {Digest.Compute(bytes)}")
            {
                Subject = expected.ToString(),
                Reference = reference,
                Hint = "do not use it; a proxy or the registry changed it on the way",
            };
        }
    }

    private static string CheckMediaType(string? announced, byte[] bytes, RegistryEndpoint endpoint, ImageReference reference)
    {
        // One document that is an index by its header and a manifest by its content is two images (CVE-2021-41190).
        var found = ImageJson.DetectMediaType(bytes);
        var isKnown = MediaTypes.IsIndex(announced) || MediaTypes.IsManifest(announced);
        var contradicts = isKnown && found is not null && (MediaTypes.IsIndex(announced) != MediaTypes.IsIndex(found) || MediaTypes.IsManifest(announced) != MediaTypes.IsManifest(found));
        if (contradicts || found is null)
        {
            throw new ImageException(ImageErrorCodes.InvalidManifest, $"{endpoint.Description} announces '{reference.FamiliarName}' as {announced ?? "nothing"}, but it is {found ?? "no manifest"}")
            {
                Subject = reference.ToString(),
                Reference = reference,
                Hint = "push the image again with a current tool",
            };
        }

        return isKnown ? announced! : found;
    }
}
