namespace SharpBuild.Image.Registry;

/// <summary>Pulls from and pushes to registries. Thread-safe; keeps connections and tokens, so share one.</summary>
public sealed class RegistryClient : IDisposable
{
    /// <summary>Makes a client.</summary>
    public RegistryClient(RegistryOptions options) => Options = options;

    /// <summary>How registries are reached.</summary>
    public RegistryOptions Options { get; }

    /// <summary>Fetches the manifest or index that a reference names.</summary>
    public Task<ResolvedManifest> ResolveAsync(ImageReference reference, CancellationToken cancellationToken) => throw new NotSupportedException("in progress");

    /// <summary>Opens a blob; the stream resumes broken downloads and verifies digest and size.</summary>
    public Task<Stream> OpenBlobAsync(ImageReference reference, Descriptor descriptor, CancellationToken cancellationToken) => throw new NotSupportedException("in progress");

    /// <summary>The blobs of a repository as a source.</summary>
    public IBlobSource BlobsOf(ImageReference reference) => throw new NotSupportedException("in progress");

    /// <summary>Whether the registry has a blob.</summary>
    public Task<bool> HasBlobAsync(ImageReference reference, Digest digest, CancellationToken cancellationToken) => throw new NotSupportedException("in progress");

    /// <summary>Uploads a blob, unless the registry has it or can mount it from <paramref name="mountFrom"/>. True when bytes were sent.</summary>
    public Task<bool> PushBlobAsync(ImageReference reference, Descriptor descriptor, Func<CancellationToken, Task<Stream>> open, ImageReference? mountFrom, CancellationToken cancellationToken) => throw new NotSupportedException("in progress");

    /// <summary>Uploads a manifest or index under the reference's tag (or its digest).</summary>
    public Task<Descriptor> PushManifestAsync(ImageReference reference, string mediaType, ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken) => throw new NotSupportedException("in progress");

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
    }
}
