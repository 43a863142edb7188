using System.Security.Cryptography;
using SharpBuild.Image.Compression;

namespace SharpBuild.Image;

/// <summary>A blob that is checked while it is read: more bytes than announced fail at once, fewer or other ones fail at the end, before the reader sees that it ended.</summary>
/// <param name="source">The blob from its start; disposed with this stream.</param>
/// <param name="descriptor">What it must be.</param>
public sealed class VerifiedStream(Stream source, Descriptor descriptor) : ReadOnlyStream
{
    private readonly IncrementalHash hash = descriptor.Digest.CreateHash();
    private long position;
    private bool isVerified;

    /// <summary>The announced size.</summary>
    public override long Length => descriptor.Size;

    /// <summary>How much was read.</summary>
    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var length = source.Read(buffer);
        Check(buffer[..length]);
        return length;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var length = await source.ReadAsync(buffer, cancellationToken);
        Check(buffer.Span[..length]);
        return length;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Check(ReadOnlySpan<byte> read)
    {
        position += read.Length;
        if (position > descriptor.Size || (read.IsEmpty && position < descriptor.Size))
        {
            throw new ImageException(ImageErrorCodes.SizeMismatch, $"the blob {descriptor.Digest} has {(read.IsEmpty ? $"only {position}" : "more than its announced")} bytes, not {descriptor.Size}")
            {
                Subject = descriptor.Digest.ToString(),
            };
        }

        hash.AppendData(read);
        if (read.IsEmpty && !isVerified)
        {
            isVerified = true;
            if (!descriptor.Digest.Matches(hash.GetHashAndReset()))
            {
                throw new ImageException(ImageErrorCodes.DigestMismatch, $"the blob {descriptor.Digest} holds other bytes than its digest says")
                {
                    Subject = descriptor.Digest.ToString(),
                    Hint = "try again; if it stays so, the registry or a proxy on the way damages it",
                };
            }
        }
    }
}
