using SharpBuild.Cache.Storage;
using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>The blobs of a store, by digest: manifests, configs, compressed layers. A blob is whole or not there, and never changes. Thread-safe.</summary>
public sealed class ContentStore : IBlobSource
{
    private readonly CachePaths paths;
    private readonly StoreSession session;

    internal ContentStore(CachePaths paths, StoreSession session) => (this.paths, this.session) = (paths, session);

    /// <summary>Whether the blob is there.</summary>
    public bool Contains(Digest digest) => Size(digest) is not null;

    /// <summary>The size of a blob in bytes, null when it is not there.</summary>
    public long? Size(Digest digest) => FileStatuses.TryGet(paths.Blob(digest), out var status) ? status.Size : null;

    /// <summary>As <see cref="Size"/>, for somebody who is going to rely on it: marks it as used first, so that no collector takes it.</summary>
    internal long? Claim(Digest digest) => AtomicFile.TryTouch(paths.Blob(digest)) ? Size(digest) : null;

    /// <summary>Opens a blob. Its digest is checked while reading: the end of a damaged one throws.</summary>
    /// <exception cref="CacheException">It is not there.</exception>
    public Stream OpenRead(Digest digest) => new VerifiedBlobStream(OpenFile(digest), digest, paths.Blob(digest));

    /// <summary>Reads a whole blob and checks it; for manifests and configs.</summary>
    /// <exception cref="CacheException">It is not there, or damaged.</exception>
    public byte[] ReadAll(Digest digest)
    {
        var path = paths.Blob(digest);
        var content = AtomicFile.TryRead(path) ?? throw Missing(digest, path);
        using var hash = digest.CreateHash();
        hash.AppendData(content);
        return digest.Matches(hash.GetHashAndReset()) ? content : throw VerifiedBlobStream.Damaged(digest, path);
    }

    /// <summary>Whether a blob is there and undamaged. Reads all of it.</summary>
    public bool IsIntact(Digest digest)
    {
        try
        {
            using var stream = OpenRead(digest);
            stream.CopyTo(Stream.Null);
            return true;
        }
        catch (CacheException)
        {
            return false;
        }
    }

    /// <summary>Keeps a small blob. Idempotent; survives a power loss when the call returns.</summary>
    public Digest Write(ReadOnlySpan<byte> content)
    {
        var digest = Digest.Compute(content);
        if (Claim(digest) != content.Length)
        {
            AtomicFile.Write(session, paths.Blob(digest), content, durable: true);
        }

        return digest;
    }

    /// <summary>As <see cref="Write"/>.</summary>
    public Task<Digest> WriteAsync(byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return Task.FromResult(Write(content));
    }

    /// <summary>Starts a blob that is written piece by piece. Without a commit nothing remains of it.</summary>
    public BlobWriter BeginWrite() => new(paths, session.NewPath());

    /// <summary>Forgets a blob; false when it was not there.</summary>
    public bool Remove(Digest digest)
    {
        var existed = Contains(digest);
        File.Delete(paths.Blob(digest));
        return existed;
    }

    Task<Stream> IBlobSource.OpenAsync(Descriptor descriptor, CancellationToken cancellationToken) => Task.FromResult(OpenRead(descriptor.Digest));

    private FileStream OpenFile(Digest digest)
    {
        var path = paths.Blob(digest);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(digest, path, exception);
        }
    }

    private static CacheException Missing(Digest digest, string path, Exception? inner = null) =>
        new($"the store has no blob {digest}", path, inner) { Code = CacheErrorCodes.Missing, Hint = "pull or build the image again" };
}
