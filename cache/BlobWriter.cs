using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>A blob that is being written; hashed on the way. Disposing without <see cref="Commit"/> throws it away.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "What counts is that it writes a blob; that it is a stream shows.")]
public sealed class BlobWriter : Stream
{
    private readonly CachePaths paths;
    private readonly string temporary;
    private readonly FileStream file;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool committed;

    internal BlobWriter(CachePaths paths, string temporary)
    {
        this.paths = paths;
        this.temporary = temporary;
        try
        {
            file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        }
        catch (IOException exception)
        {
            throw AtomicFile.NotWritten(temporary, exception);
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => file.Position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        hash.AppendData(buffer);
        try
        {
            file.Write(buffer);
        }
        catch (IOException exception)
        {
            throw AtomicFile.NotWritten(temporary, exception);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        hash.AppendData(buffer.Span);
        try
        {
            await file.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException exception)
        {
            throw AtomicFile.NotWritten(temporary, exception);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Puts the blob into the store under its digest. Atomic; a blob that is there already stays.</summary>
    /// <param name="expected">The digest that it must have.</param>
    /// <param name="size">The size that it must have.</param>
    /// <exception cref="CacheException">It is not what was expected; nothing is kept.</exception>
    public Digest Commit(Digest? expected = null, long? size = null)
    {
        var length = file.Length;
        var digest = Digest.OfSha256(hash.GetHashAndReset());
        if ((expected is { } wanted && wanted != digest) || (size is { } announced && announced != length))
        {
            throw new CacheException($"{expected?.ToString() ?? "the blob"} arrived with {length} bytes and digest {digest}", temporary)
            {
                Hint = "try again; if it happens again, what was sent is not what was announced",
            };
        }

        file.Dispose();
        if (!AtomicFile.TryTouch(paths.Blob(digest)) || !FileStatuses.TryGet(paths.Blob(digest), out var present) || present.Size != length)
        {
            // No fsync: every reader checks the digest, so a blob that a power loss cut short is seen and fetched again.
            try
            {
                AtomicFile.Publish(temporary, paths.Blob(digest), durable: false);
            }
            catch (SyscallException exception)
            {
                throw AtomicFile.NotWritten(paths.Blob(digest), exception);
            }

            committed = true;
        }

        return digest;
    }

    /// <summary>As <see cref="Commit"/>.</summary>
    public Task<Digest> CommitAsync(Digest? expected = null, long? size = null) => Task.FromResult(Commit(expected, size));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
            file.Dispose();
            if (!committed)
            {
                File.Delete(temporary);
                committed = true;
            }
        }

        base.Dispose(disposing);
    }
}
