using SharpBuild.Image.Registry.Authentication;
using SharpBuild.Image.Registry.Transport;

namespace SharpBuild.Image.Registry;

/// <summary>Pulls from and pushes to registries. Thread-safe; keeps connections and tokens, so share one. Costs nothing until it is used.</summary>
public sealed class RegistryClient : IDisposable
{
    // Docker's and containerd's habit is 3 to 5: more only share the same line.
    private const int MostUploads = 4;

    private readonly SemaphoreSlim uploads = new(MostUploads);
    private readonly Connections connections;
    private readonly TokenCache tokens;
    private readonly RegistryTransport transport;
    private readonly EndpointChoice choice;

    /// <summary>Makes a client.</summary>
    public RegistryClient(RegistryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        connections = new Connections(options);
        tokens = new TokenCache(options.Clock);
        transport = new RegistryTransport(options, connections);
        choice = new EndpointChoice(new RegistryEndpoints(options, new TokenClient(options, connections, tokens)), options.Clock);
    }

    /// <summary>How registries are reached.</summary>
    public RegistryOptions Options { get; }

    /// <summary>Fetches the manifest or index that a reference names: by its digest if it has one, else by its tag. The bytes are verified.</summary>
    /// <exception cref="ImageException">It does not exist, is not what it claims to be, or the registry cannot be reached.</exception>
    public Task<ResolvedManifest> ResolveAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return choice.ReadAsync(reference.Registry, endpoint => new ManifestFetch(transport).RunAsync(endpoint, reference, cancellationToken));
    }

    /// <summary>Opens a blob; the stream resumes broken downloads and verifies digest and size before it hands out the last bytes. The caller disposes it.</summary>
    /// <remarks>A mirror that has the blob keeps the download: when its bytes turn out wrong, some were handed out already.</remarks>
    /// <exception cref="ImageException">It does not exist, or the registry cannot be reached.</exception>
    public Task<Stream> OpenBlobAsync(ImageReference reference, Descriptor descriptor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(descriptor);
        return choice.ReadAsync<Stream>(reference.Registry, async endpoint =>
        {
            var download = new BlobDownload(transport, endpoint, reference, descriptor, Options.MaximumAttempts);
            return await BlobStream.OpenAsync(download, Options.Clock, cancellationToken);
        });
    }

    /// <summary>The blobs of a repository as a source.</summary>
    public IBlobSource BlobsOf(ImageReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return new RegistryBlobs(this, reference);
    }

    /// <summary>Whether the registry itself has a blob; mirrors are not asked.</summary>
    /// <exception cref="ImageException">The registry cannot be reached, or does not tell.</exception>
    public Task<bool> HasBlobAsync(ImageReference reference, Digest digest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var scope = new RepositoryScope(reference.Repository);
        return choice.WriteAsync(reference.Registry, endpoint => BlobUpload.ExistsAsync(transport, endpoint, reference, digest, scope, cancellationToken));
    }

    /// <summary>Uploads a blob, unless the registry has it or can mount it from <paramref name="mountFrom"/>. True when bytes were sent.</summary>
    /// <param name="reference">The repository.</param>
    /// <param name="descriptor">The blob.</param>
    /// <param name="open">Opens its bytes from the start; called again when an upload has to be repeated. The client disposes the stream.</param>
    /// <param name="mountFrom">Another repository of the same registry that has it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ImageException">The registry refused, or cannot be reached.</exception>
    public async Task<bool> PushBlobAsync(ImageReference reference, Descriptor descriptor, Func<CancellationToken, Task<Stream>> open, ImageReference? mountFrom, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(descriptor);
        ArgumentNullException.ThrowIfNull(open);
        await uploads.WaitAsync(cancellationToken);
        try
        {
            return await choice.WriteAsync(
                reference.Registry, endpoint => new BlobUpload(transport, endpoint, reference, descriptor, Options).RunAsync(open, mountFrom, cancellationToken));
        }
        finally
        {
            uploads.Release();
        }
    }

    /// <summary>Uploads a manifest or index under the reference's tag (or its digest).</summary>
    /// <exception cref="ImageException">The registry refused, or cannot be reached.</exception>
    public Task<Descriptor> PushManifestAsync(ImageReference reference, string mediaType, ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return choice.WriteAsync(reference.Registry, endpoint => new ManifestPush(transport).RunAsync(endpoint, reference, mediaType, manifest, cancellationToken));
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        connections.Dispose();
        tokens.Dispose();
        uploads.Dispose();
    }
}
