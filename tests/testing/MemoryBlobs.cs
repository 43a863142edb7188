using System.Collections.Concurrent;
using SharpBuild.Image;

namespace SharpBuild.Testing;

/// <summary>Blobs in memory.</summary>
public sealed class MemoryBlobs : IBlobSource
{
    private readonly ConcurrentDictionary<Digest, byte[]> blobs = new();

    /// <summary>All digests.</summary>
    public IEnumerable<Digest> Digests => blobs.Keys;

    /// <summary>The bytes of a blob.</summary>
    public byte[] Get(Digest digest) => blobs[digest];

    /// <summary>Adds bytes and describes them.</summary>
    public Descriptor Add(string mediaType, byte[] bytes)
    {
        var digest = Digest.Compute(bytes);
        blobs[digest] = bytes;
        return new() { MediaType = mediaType, Digest = digest, Size = bytes.Length };
    }

    public Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new MemoryStream(blobs[descriptor.Digest], writable: false));
}
