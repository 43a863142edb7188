using System.Net.Http.Headers;
using SharpBuild.Image.Registry.Transport;

namespace SharpBuild.Image.Registry;

/// <summary>Puts a manifest or index under a name, and checks that the registry kept its bytes.</summary>
internal sealed class ManifestPush(RegistryTransport transport)
{
    /// <summary>Puts it under the reference's tag, or else its digest.</summary>
    public async Task<Descriptor> RunAsync(RegistryEndpoint endpoint, ImageReference reference, string mediaType, ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken)
    {
        var digest = Digest.Compute(manifest.Span);
        var name = reference.Tag ?? reference.Digest?.ToString() ?? digest.ToString();
        var request = new RegistryRequest(
            HttpMethod.Put,
            endpoint.Resource(reference.Repository, $"manifests/{name}"),
            new RepositoryScope(reference.Repository, IsPush: true),
            reference,
            $"image '{reference.FamiliarName}'")
        {
            Body = _ => Task.FromResult<HttpContent>(new ReadOnlyMemoryContent(manifest) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } }),
        };
        using var response = await transport.SendAsync(endpoint, request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw await RegistryFailures.ReadAsync(response, endpoint, request, cancellationToken);
        }

        if (response.Headers.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.FirstOrDefault(), out var kept)
            && kept.Algorithm == digest.Algorithm && kept != digest)
        {
            throw new ImageException(ImageErrorCodes.DigestMismatch, $"{endpoint.Description} keeps '{reference.FamiliarName}' as {kept} instead of {digest}")
            { Subject = reference.ToString(), Reference = reference, Hint = "the registry or a proxy rewrites manifests: turn that off" };
        }

        return new Descriptor { MediaType = mediaType, Digest = digest, Size = manifest.Length };
    }
}
