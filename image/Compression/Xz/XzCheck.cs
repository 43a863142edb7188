using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SharpBuild.Image.Compression.Xz;

/// <summary>The checksum of one block's data, of the kind that the stream's header names.</summary>
internal sealed class XzCheck(int kind) : IDisposable
{
    private const int KindCrc32 = 1;
    private const int KindCrc64 = 4;
    private const int KindSha256 = 10;

    private readonly IncrementalHash? sha256 =
        kind == KindSha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private ulong crc;

    /// <summary>How many bytes the checksum has. The format fixes it for kinds that are not defined yet, too.</summary>
    public int Size => kind == 0 ? 0 : 4 << ((kind - 1) / 3);

    /// <summary>Starts over, for the next block.</summary>
    public void Reset()
    {
        crc = 0;
        sha256?.TryGetHashAndReset(stackalloc byte[SHA256.HashSizeInBytes], out _);
    }

    /// <summary>Adds what was decoded.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        crc = kind switch
        {
            KindCrc32 => ReflectedCrc.Crc32.Append(crc, data),
            KindCrc64 => ReflectedCrc.Crc64.Append(crc, data),
            _ => 0,
        };
        sha256?.AppendData(data);
    }

    /// <summary>
    /// Whether the data is what the checksum was made of. A kind that is not defined cannot tell, as with liblzma.
    /// </summary>
    public bool Matches(ReadOnlySpan<byte> expected)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        return kind switch
        {
            KindCrc32 => BinaryPrimitives.ReadUInt32LittleEndian(expected) == crc,
            KindCrc64 => BinaryPrimitives.ReadUInt64LittleEndian(expected) == crc,
            KindSha256 => sha256!.TryGetHashAndReset(hash, out _) && expected.SequenceEqual(hash),
            _ => true,
        };
    }

    public void Dispose() => sha256?.Dispose();
}
