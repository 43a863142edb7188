using System.Runtime.InteropServices;

namespace SharpBuild.Image.Compression;

/// <summary>xz by liblzma.so.5; archives only, layers have no such media type.</summary>
internal sealed unsafe partial class XzCodec : IBlobCodec
{
    private const string Library = "liblzma.so.5";
    private const ulong MemoryLimit = 512UL << 20; // xz -9 wants 65 MiB
    private const uint Concatenated = 0x08;

    /// <inheritdoc/>
    public int HighestLevel => 0;

    public string Name => "xz";

    public string? MediaTypeSuffix => null;

    public string EncoderVersion => "0";

    public Stream Decompress(Stream source) => new Decoder(source);

    public Stream Compress(Stream destination, int? level) =>
        throw new ImageException(ImageErrorCodes.Compression, "layers cannot be compressed with xz") { Hint = "use gzip or zstd" };

    [LibraryImport(Library, SetLastError = true)]
    private static partial int lzma_stream_decoder(State* state, ulong memoryLimit, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int lzma_code(State* state, int action);

    [LibraryImport(Library, SetLastError = true)]
    private static partial void lzma_end(State* state);

    // lzma_stream of lzma/base.h.
    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        public byte* Input;
        public nuint InputSize;
        public ulong InputTotal;
        public byte* Output;
        public nuint OutputSize;
        public ulong OutputTotal;
        public nint Allocator;
        public nint Internal;
        public fixed ulong Reserved[9];
    }

    private sealed class Decoder : NativeDecoder
    {
        private State* state;
        private bool isComplete;

        public Decoder(Stream source)
            : base(source)
        {
            state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
            var result = NativeLibraries.First("xz", Library, "liblzma5", () => lzma_stream_decoder(state, MemoryLimit, Concatenated));
            if (result != 0)
            {
                throw Damaged($"the decoder does not start ({result})");
            }
        }

        protected override bool IsComplete => isComplete;

        protected override string Format => "xz";

        protected override (int Consumed, int Produced) Decode(ReadOnlySpan<byte> source, Span<byte> target, bool isLast)
        {
            const int run = 0;
            const int finish = 3;
            const int streamEnd = 1;
            const int memoryLimit = 6;
            const int bufferError = 10;
            if (isComplete)
            {
                return (source.Length, 0);
            }

            fixed (byte* from = source)
            fixed (byte* to = target)
            {
                state->Input = from;
                state->InputSize = (nuint)source.Length;
                state->Output = to;
                state->OutputSize = (nuint)target.Length;
                var result = lzma_code(state, isLast ? finish : run);
                isComplete = result == streamEnd;
                return result is 0 or streamEnd or bufferError
                    ? (source.Length - (int)state->InputSize, target.Length - (int)state->OutputSize)
                    : throw Damaged(result == memoryLimit ? "it wants more than 512 MiB of memory" : $"the decoder gives up ({result})");
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
                lzma_end(state);
                NativeMemory.Free(state);
                state = null;
            }
        }
    }
}
