using System.Runtime.InteropServices;

namespace SharpBuild.Image.Compression;

/// <summary>bzip2 by libbz2.so.1.0; archives only, layers have no such media type.</summary>
internal sealed unsafe partial class Bzip2Codec : IBlobCodec
{
    private const string Library = "libbz2.so.1.0";

    /// <inheritdoc/>
    public int HighestLevel => 0;

    public string Name => "bzip2";

    public string? MediaTypeSuffix => null;

    public string EncoderVersion => "0";

    public Stream Decompress(Stream source) => new Decoder(source);

    public Stream Compress(Stream destination, int? level) =>
        throw new ImageException(ImageErrorCodes.Compression, "layers cannot be compressed with bzip2") { Hint = "use gzip or zstd" };

    [LibraryImport(Library, SetLastError = true)]
    private static partial int BZ2_bzDecompressInit(State* state, int verbosity, int small);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int BZ2_bzDecompress(State* state);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int BZ2_bzDecompressEnd(State* state);

    // bz_stream of bzlib.h.
    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        public byte* Input;
        public uint InputSize;
        public uint InputTotalLow;
        public uint InputTotalHigh;
        public byte* Output;
        public uint OutputSize;
        public uint OutputTotalLow;
        public uint OutputTotalHigh;
        public nint Internal;
        public nint Allocate;
        public nint Free;
        public nint Opaque;
    }

    private sealed class Decoder : NativeDecoder
    {
        private State* state;
        private bool isComplete;

        public Decoder(Stream source)
            : base(source)
        {
            state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
            NativeLibraries.First("bzip2", Library, "libbz2-1.0", () => BZ2_bzDecompressInit(state, 0, 0));
        }

        protected override bool IsComplete => isComplete;

        protected override string Format => "bzip2";

        protected override (int Consumed, int Produced) Decode(ReadOnlySpan<byte> source, Span<byte> target, bool isLast)
        {
            const int streamEnd = 4;
            if (source.IsEmpty && isComplete)
            {
                return (0, 0);
            }

            if (isComplete)
            {
                // pbzip2 writes one stream after another.
                BZ2_bzDecompressEnd(state);
                NativeMemory.Clear(state, (nuint)sizeof(State));
                BZ2_bzDecompressInit(state, 0, 0);
                isComplete = false;
            }

            fixed (byte* from = source)
            fixed (byte* to = target)
            {
                state->Input = from;
                state->InputSize = (uint)source.Length;
                state->Output = to;
                state->OutputSize = (uint)target.Length;
                var result = BZ2_bzDecompress(state);
                isComplete = result == streamEnd;
                return result is 0 or streamEnd
                    ? (source.Length - (int)state->InputSize, target.Length - (int)state->OutputSize)
                    : throw Damaged($"the decoder gives up ({result})");
            }
        }

        protected override void Dispose(bool disposing)
        {
            Free();
            base.Dispose(disposing);
        }

        private void Free()
        {
            if (state is not null)
            {
                BZ2_bzDecompressEnd(state);
                NativeMemory.Free(state);
                state = null;
            }
        }
    }
}
