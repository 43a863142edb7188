using System.Security.Cryptography;
using SharpBuild.Image;

namespace SharpBuild.Cache.Storage;

/// <summary>Reads a blob from its start and throws at its end when the bytes are not those that the digest names.</summary>
internal sealed class VerifiedBlobStream(FileStream file, Digest digest, string path) : Stream
{
    private readonly IncrementalHash hash = digest.CreateHash();
    private bool verified;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var count = file.Read(buffer);
        Check(buffer[..count], buffer.Length);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await file.ReadAsync(buffer, cancellationToken);
        Check(buffer.Span[..count], buffer.Length);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public static CacheException Damaged(Digest digest, string path) =>
        new($"blob {digest} of the store is damaged: its content has another digest", path)
        {
            Hint = $"remove '{path}', then pull or build the image again",
        };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Check(ReadOnlySpan<byte> data, int asked)
    {
        hash.AppendData(data);
        if (data.Length == 0 && asked > 0 && !verified)
        {
            verified = digest.Matches(hash.GetHashAndReset()) ? true : throw Damaged(digest, path);
        }
    }
}
