using SharpBuild.Image;
using SharpBuild.Image.Compression;
using Xunit;

namespace SharpBuild.UnitTests.Image.Compression;

/// <summary>Compressed data as bytes, and what comes of it.</summary>
public abstract class CodecTest
{
    /// <summary>Decompresses the whole.</summary>
    protected static byte[] Read(IBlobCodec codec, byte[] packed)
    {
        ArgumentNullException.ThrowIfNull(codec);
        using var stream = codec.Decompress(new MemoryStream(packed));
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    /// <summary>The message that decompressing ends with; null when there is none.</summary>
    protected static string? Fail(IBlobCodec codec, byte[] packed)
    {
        try
        {
            Read(codec, packed);
            return null;
        }
        catch (ImageException exception) when (exception.Code == ImageErrorCodes.Compression)
        {
            return exception.Message;
        }
    }

    /// <summary>Fails unless every cut is reported as such.</summary>
    protected static void AssertEveryCutIsReported(IBlobCodec codec, byte[] packed, int from = 0)
    {
        ArgumentNullException.ThrowIfNull(packed);
        for (var length = from; length < packed.Length; length++)
        {
            var message = Fail(codec, packed[..length]);
            Assert.True(message?.EndsWith("it ends too early", StringComparison.Ordinal), $"{length} bytes: {message}");
        }
    }

    /// <summary>The positions of the bits whose change yields other data, and no error.</summary>
    protected static List<int> FindUnnoticedChanges(IBlobCodec codec, byte[] packed)
    {
        ArgumentNullException.ThrowIfNull(packed);
        var expected = Read(codec, packed);
        var found = new List<int>();
        for (var bit = 0; bit < packed.Length * 8; bit++)
        {
            var changed = (byte[])packed.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            if (Fail(codec, changed) is null && !Read(codec, changed).AsSpan().SequenceEqual(expected))
            {
                found.Add(bit);
            }
        }

        return found;
    }
}
