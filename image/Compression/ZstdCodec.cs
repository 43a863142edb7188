using System.Runtime.InteropServices;

namespace SharpBuild.Image.Compression;

/// <summary>zstd by libzstd.so.1.</summary>
internal sealed unsafe partial class ZstdCodec : IBlobCodec
{
    private const string Library = "libzstd.so.1";
    private const int DefaultLevel = 3;

    /// <inheritdoc/>
    public int HighestLevel => 22;

    public string Name => "zstd";

    public string? MediaTypeSuffix => "+zstd";

    public string EncoderVersion => Open(ZSTD_versionNumber).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public Stream Decompress(Stream source) => new Decoder(source, Open(ZSTD_createDCtx));

    public Stream Compress(Stream destination, int? level) => new Encoder(destination, Open(ZSTD_createCCtx), level ?? DefaultLevel);

    private static T Open<T>(Func<T> call) => NativeLibraries.First("zstd", Library, "libzstd1", call);

    private static nuint Check(nuint result) => ZSTD_isError(result) == 0
        ? result
        : throw new ImageException(ImageErrorCodes.Compression, $"zstd failed: {Marshal.PtrToStringUTF8(ZSTD_getErrorName(result))}");

    [LibraryImport(Library, SetLastError = true)]
    private static partial uint ZSTD_versionNumber();

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint ZSTD_createDCtx();

    [LibraryImport(Library, SetLastError = true)]
    private static partial nuint ZSTD_freeDCtx(nint context);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nuint ZSTD_decompressStream(nint context, Buffer* output, Buffer* input);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint ZSTD_createCCtx();

    [LibraryImport(Library, SetLastError = true)]
    private static partial nuint ZSTD_freeCCtx(nint context);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nuint ZSTD_CCtx_setParameter(nint context, int parameter, int value);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nuint ZSTD_compressStream2(nint context, Buffer* output, Buffer* input, int endDirective);

    [LibraryImport(Library, SetLastError = true)]
    private static partial uint ZSTD_isError(nuint result);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint ZSTD_getErrorName(nuint result);

    private struct Buffer
    {
        public byte* Data;
        public nuint Size;
        public nuint Position;
    }

    private sealed class Decoder(Stream source, nint context) : NativeDecoder(source)
    {
        private nint context = context;
        private nuint expected;

        protected override bool IsComplete => expected == 0;

        protected override string Format => "zstd";

        protected override (int Consumed, int Produced) Decode(ReadOnlySpan<byte> source, Span<byte> target, bool isLast)
        {
            if (isLast && source.IsEmpty && expected == 0)
            {
                return (0, 0);
            }

            fixed (byte* from = source)
            fixed (byte* to = target)
            {
                // The library refuses windows above 128 MiB by itself: memory stays bounded.
                var input = new Buffer { Data = from, Size = (nuint)source.Length };
                var output = new Buffer { Data = to, Size = (nuint)target.Length };
                expected = Check(ZSTD_decompressStream(context, &output, &input));
                return ((int)input.Position, (int)output.Position);
            }
        }

        protected override void Dispose(bool disposing)
        {
            _ = context == 0 ? 0 : ZSTD_freeDCtx(context);
            context = 0;
            base.Dispose(disposing);
        }
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2213", Justification = "The destination stays open, as IBlobCodec promises.")]
    private sealed class Encoder : Stream
    {
        private readonly Stream destination;
        private readonly byte[] output = new byte[256 * 1024];
        private nint context;

        public Encoder(Stream destination, nint context, int level)
        {
            const int compressionLevel = 100;
            const int checksumFlag = 201;
            const int workers = 400;
            this.destination = destination;
            this.context = context;
            Check(ZSTD_CCtx_setParameter(context, compressionLevel, level));
            Check(ZSTD_CCtx_setParameter(context, checksumFlag, 1));

            // Any number of workers from one gives the same bytes; a library built without threads refuses, and works alone.
            _ = ZSTD_CCtx_setParameter(context, workers, Environment.ProcessorCount);
        }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            const int goOn = 0;
            while (!buffer.IsEmpty)
            {
                Step(ref buffer, goOn);
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            const int end = 2;
            if (disposing && context != 0)
            {
                ReadOnlySpan<byte> nothing = default;
                while (Step(ref nothing, end) != 0)
                {
                }
            }

            _ = context == 0 ? 0 : ZSTD_freeCCtx(context);
            context = 0;
            base.Dispose(disposing);
        }

        private nuint Step(ref ReadOnlySpan<byte> data, int directive)
        {
            nuint rest;
            nuint produced;
            fixed (byte* from = data)
            fixed (byte* to = output)
            {
                var input = new Buffer { Data = from, Size = (nuint)data.Length };
                var target = new Buffer { Data = to, Size = (nuint)output.Length };
                rest = Check(ZSTD_compressStream2(context, &target, &input, directive));
                data = data[(int)input.Position..];
                produced = target.Position;
            }

            destination.Write(output, 0, (int)produced);
            return rest;
        }
    }
}
