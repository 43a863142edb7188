using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Image.Compression;

/// <summary>Writes one zstd frame with a checksum.</summary>
[SuppressMessage("Usage", "CA2213", Justification = "The destination stays open, as IBlobCodec promises.")]
internal sealed unsafe class ZstdEncoder : Stream
{
    private const int DefaultLevel = 3;

    private readonly Stream destination;
    private readonly IZstdLibrary library;
    private readonly byte[] output = new byte[256 * 1024];
    private nint context;

    /// <summary>Starts the frame.</summary>
    public ZstdEncoder(Stream destination, IZstdLibrary library, int? level)
    {
        const int compressionLevel = 100;
        const int checksumFlag = 201;
        const int workers = 400;
        (this.destination, this.library) = (destination, library);
        context = library.CreateEncoder();
        Check(library.SetParameter(context, compressionLevel, level ?? DefaultLevel));
        Check(library.SetParameter(context, checksumFlag, 1));

        // Any number of workers from one gives the same bytes; a library built without threads refuses, and works
        // alone.
        _ = library.SetParameter(context, workers, Environment.ProcessorCount);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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
        try
        {
            if (disposing && context != 0)
            {
                ReadOnlySpan<byte> nothing = default;
                while (Step(ref nothing, end) != 0)
                {
                }
            }
        }
        finally
        {
            if (context != 0)
            {
                library.FreeEncoder(context);
                context = 0;
            }
        }

        base.Dispose(disposing);
    }

    private nuint Step(ref ReadOnlySpan<byte> data, int directive)
    {
        nuint rest;
        nuint produced;
        fixed (byte* from = data)
        fixed (byte* to = output)
        {
            var given = new ZstdBuffer { Data = from, Size = (nuint)data.Length };
            var target = new ZstdBuffer { Data = to, Size = (nuint)output.Length };
            rest = library.Compress(context, &target, &given, directive);
            Check(rest);
            data = data[(int)given.Position..];
            produced = target.Position;
        }

        destination.Write(output, 0, (int)produced);
        return rest;
    }

    private void Check(nuint result)
    {
        if (library.ErrorOf(result) is { } error)
        {
            throw new ImageException(ImageErrorCodes.Compression, $"zstd failed: {error}");
        }
    }
}
