namespace SharpBuild.Image.Registry;

/// <summary>The blobs of one repository.</summary>
internal sealed class RegistryBlobs(RegistryClient client, ImageReference reference) : IBlobSource
{
    /// <inheritdoc/>
    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken) => client.OpenBlobAsync(reference, descriptor, cancellationToken);
}
