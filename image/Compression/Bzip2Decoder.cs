using SharpCompress.Common;
using SharpCompress.Compressors;
using SharpCompress.Compressors.BZip2;

namespace SharpBuild.Image.Compression;

/// <summary>Reads bzip2: members one after another, as parallel compressors write them.</summary>
/// <remarks>
/// SharpCompress decodes single members. Its own concatenation takes some garbage behind a member for the end, and
/// spends 5 MB on a
/// member that holds nothing.
/// </remarks>
internal sealed class Bzip2Decoder(Stream source) : ReadOnlyStream
{
    private readonly CompressedInput input = new(source, "bzip2");
    private BZip2Stream? member;
    private byte[]? scratch;

    // What follows "BZh9" in a member without blocks: the mark of the end, and the checksum of nothing.
    private static ReadOnlySpan<byte> EmptyBody => [0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0];

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty && (member is not null || StartMember()))
        {
            if (Decode(buffer) is var length and not 0)
            {
                return length;
            }

            EndMember();
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            EndMember();
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    // False at the end of the last member.
    private bool StartMember()
    {
        while (input.Consumed == 0 || !input.IsAtEnd)
        {
            var head = input.Peek(4 + EmptyBody.Length);
            if (!head.StartsWith("BZh"u8[..Math.Min(3, head.Length)])
                || (head.Length > 3 && head[3] is < (byte)'1' or > (byte)'9'))
            {
                throw input.Damaged("something else follows its end");
            }

            if (head.Length < 4)
            {
                throw input.Truncated();
            }

            if (!head[4..].SequenceEqual(EmptyBody))
            {
                member = Explain(() =>
                    BZip2Stream.Create(input, CompressionMode.Decompress, decompressConcatenated: false, leaveOpen: true));
                return true;
            }

            input.Skip(head.Length);
        }

        return false;
    }

    private int Decode(Span<byte> buffer)
    {
        // Through an array, as SharpCompress's own Read of a span would do in pieces.
        scratch ??= GC.AllocateUninitializedArray<byte>(64 * 1024);
        var wanted = Math.Min(buffer.Length, scratch.Length);
        var length = Explain(() => member!.Read(scratch, 0, wanted));
        scratch.AsSpan(0, length).CopyTo(buffer);
        return length;
    }

    // SharpCompress reports a failure of the source as the end of the data, and damage in several ways.
    private T Explain<T>(Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (Exception exception) when (exception is SharpCompressException or InvalidOperationException
            or ArgumentException or IndexOutOfRangeException)
        {
            input.Failure?.Throw();
            throw input.Damaged("a block cannot be decoded", exception);
        }
    }

    private void EndMember()
    {
        member?.Dispose();
        member = null;
    }
}
