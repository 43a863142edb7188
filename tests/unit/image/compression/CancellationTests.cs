using System.Diagnostics;
using SharpBuild.Image.Compression;
using Xunit;

namespace SharpBuild.UnitTests.Image.Compression;

public sealed class CancellationTests
{
    // A stream of xz without blocks; a gzip member, a bzip2 member and a zstd frame without data.
    private const string EmptyXz = "/Td6WFoAAATm1rRGAAAAABzfRCEftvN9AQAAAAAEWVo=";
    private const string EmptyGzip = "H4sIAAAAAAAAAwMAAAAAAAAAAAA=";
    private const string EmptyBzip2 = "QlpoORdyRThQkAAAAAA=";
    private const string SkippableZstd = "UCpNGAMAAAAAAAA=";

    [Theory]
    [InlineData(EmptyXz, EmptyXz)]
    [InlineData(EmptyXz, "AAAAAA==")]
    [InlineData(EmptyGzip, EmptyGzip)]
    [InlineData(EmptyBzip2, EmptyBzip2)]
    [InlineData(SkippableZstd, SkippableZstd)]
    public void Data_that_never_comes_to_anything_can_be_left(string start, string then)
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        using var endless = new EndlessStream(Convert.FromBase64String(start), Convert.FromBase64String(then));
        using var stream = Codecs.Decompress(endless, source.Token);
        var watch = Stopwatch.StartNew();
        Assert.Throws<OperationCanceledException>(() => stream.ReadByte());
        Assert.InRange(watch.ElapsedMilliseconds, 0, 5000);
    }

    [Fact]
    public void Data_that_never_ends_can_be_left()
    {
        // 46 MB of zeros in 50 bytes, again and again.
        const string zeros = "QlpoOTFBWSZTWRpoPEMBX45gAMAAQAAACCAAMMwJqmmoVAS2pCoCXi7kinChIDTQeIY=";
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        using var endless = new EndlessStream(Convert.FromBase64String(zeros), Convert.FromBase64String(zeros));
        using var stream = Codecs.Decompress(endless, source.Token);
        Assert.Throws<OperationCanceledException>(() => stream.CopyTo(Stream.Null));
    }

    private sealed class EndlessStream(byte[] start, byte[] then) : ReadOnlyStream
    {
        private byte[] current = start;
        private int position;

        public override int Read(Span<byte> buffer)
        {
            for (var i = 0; i < buffer.Length; i++)
            {
                if (position == current.Length)
                {
                    (current, position) = (then, 0);
                }

                buffer[i] = current[position++];
            }

            return buffer.Length;
        }
    }
}
