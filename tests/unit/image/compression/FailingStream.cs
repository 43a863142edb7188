using SharpBuild.Image.Compression;

namespace SharpBuild.UnitTests.Image.Compression;

/// <summary>Some bytes, then a failure.</summary>
internal sealed class FailingStream(byte[] bytes) : ReadOnlyStream
{
    private int position;

    public override int Read(Span<byte> buffer)
    {
        if (position == bytes.Length)
        {
            throw new IOException("the cable is out");
        }

        buffer[0] = bytes[position++];
        return 1;
    }
}
