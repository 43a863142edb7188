using System.Buffers.Binary;
using System.Security.Cryptography;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>Feeds numbers, texts and bytes to a SHA-256, each framed by its length, through a buffer: a call into OpenSSL for each would cost more than the hash.</summary>
internal sealed class DigestFrame : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] buffer = new byte[16 * 1024];
    private int used;

    public void Append(long value)
    {
        Reserve(sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(used), value);
        used += sizeof(long);
    }

    public void Append(string text)
    {
        var longest = FileNames.GetMaximumLength(text);
        if (longest + sizeof(long) > buffer.Length)
        {
            Append(FileNames.Encode(text));
            return;
        }

        Reserve(longest + sizeof(long));
        var length = FileNames.Encode(text, buffer.AsSpan(used + sizeof(long)));
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(used), length);
        used += sizeof(long) + length;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Append(bytes.Length);
        if (bytes.Length > buffer.Length)
        {
            Drain();
            hash.AppendData(bytes);
            return;
        }

        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(used));
        used += bytes.Length;
    }

    public void Append(Hash256 hash32) => Append((ReadOnlySpan<byte>)hash32);

    public Hash256 Finish()
    {
        Drain();
        var result = default(Hash256);
        hash.GetHashAndReset(result);
        return result;
    }

    public void Dispose() => hash.Dispose();

    private void Reserve(int count)
    {
        if (used + count > buffer.Length)
        {
            Drain();
        }
    }

    private void Drain()
    {
        hash.AppendData(buffer.AsSpan(0, used));
        used = 0;
    }
}
