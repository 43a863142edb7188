using System.Security.Cryptography;
using SharpBuild.Image.Compression;

namespace SharpBuild.Image.Layouts;

/// <summary>Reads a blob and checks on the way that it is the one that its descriptor announces. Disposing it disposes the inner stream.</summary>
/// <param name="inner">The blob's bytes.</param>
/// <param name="expected">What they must be.</param>
public sealed class CheckedBlobStream(Stream inner, Descriptor expected) : ReadOnlyStream
{
    private readonly IncrementalHash hash = expected.Digest.CreateHash();
    private long length;
    private bool isChecked;

    /// <inheritdoc/>
    public override long Length => expected.Size;

    /// <inheritdoc/>
    /// <exception cref="ImageException">The bytes are not those announced.</exception>
    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        Check(buffer[..count], buffer.Length);
        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        Check(buffer.Span[..count], buffer.Length);
        return count;
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
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Check(ReadOnlySpan<byte> data, int asked)
    {
        hash.AppendData(data);
        length += data.Length;
        if (length > expected.Size || (data.IsEmpty && asked > 0 && length < expected.Size))
        {
            throw Wrong(ImageErrorCodes.SizeMismatch, $"has not the {expected.Size} bytes that were announced");
        }

        if (data.IsEmpty && asked > 0 && !isChecked)
        {
            isChecked = expected.Digest.Matches(hash.GetHashAndReset()) ? true : throw Wrong(ImageErrorCodes.DigestMismatch, "holds bytes with another digest");
        }
    }

    private ImageException Wrong(string code, string what) => new(code, $"blob {expected.Digest} {what}")
    {
        Subject = expected.Digest.ToString(),
        Hint = "create or download the archive again; it was damaged or changed",
    };
}
