using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Image.Layouts;

/// <summary>An input in a form that can be read at any place, more than once: the file itself, or an uncompressed copy of the stream.</summary>
internal sealed class SpooledInput : IDisposable
{
    private const int BufferSize = 256 * 1024;
    private const int MagicSize = 6;
    private readonly FileStream? copy;

    private SpooledInput(SafeFileHandle handle, FileStream? copy) => (Handle, this.copy) = (handle, copy);

    public SafeFileHandle Handle { get; }

    /// <summary>Takes a plain file as it is; copies anything else.</summary>
    /// <param name="input">The archive from its start, perhaps compressed. Stays open, and is needed until this is disposed.</param>
    /// <param name="path">Where a copy is made; the file must not exist, and is gone when this is disposed.</param>
    /// <param name="cancellationToken">Stops copying.</param>
    /// <exception cref="ImageException">The input is damaged, or the copy cannot be written.</exception>
    public static async Task<SpooledInput> OpenAsync(Stream input, string path, CancellationToken cancellationToken)
    {
        if (input is FileStream { CanSeek: true } file && !IsGzip(ReadMagic(file.SafeFileHandle)))
        {
            return new(file.SafeFileHandle, null);
        }

        var target = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 0,
        });
        try
        {
            await CopyAsync(input, target, path, cancellationToken);
            return new(target.SafeFileHandle, target);
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => copy?.Dispose();

    private static async Task CopyAsync(Stream input, FileStream target, string path, CancellationToken cancellationToken)
    {
        // A pipe lets the first bytes be looked at without taking them away.
        var pipe = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
        var first = await pipe.ReadAtLeastAsync(MagicSize, cancellationToken);
        var isGzip = IsGzip(Start(first.Buffer));
        pipe.AdvanceTo(first.Buffer.Start);
        try
        {
            await using var raw = pipe.AsStream();
            await using var plain = isGzip ? new GZipStream(raw, CompressionMode.Decompress) : raw;
            await plain.CopyToAsync(target, BufferSize, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new ImageException(ImageErrorCodes.Compression, $"the archive's compression is damaged: {exception.Message}", exception);
        }
        catch (IOException exception)
        {
            throw OutputFile.NotWritten(path, exception);
        }
    }

    private static byte[] Start(System.Buffers.ReadOnlySequence<byte> buffer)
    {
        var start = new byte[Math.Min(MagicSize, buffer.Length)];
        var rest = start.AsSpan();
        foreach (var segment in buffer)
        {
            var count = Math.Min(segment.Length, rest.Length);
            segment.Span[..count].CopyTo(rest);
            rest = rest[count..];
        }

        return start;
    }

    private static byte[] ReadMagic(SafeFileHandle file)
    {
        var magic = new byte[MagicSize];
        return magic[..RandomAccess.Read(file, magic, 0)];
    }

    // The other compressions that docker load takes are refused by name rather than called a damaged tar.
    private static bool IsGzip(ReadOnlySpan<byte> start) => start switch
    {
        [0x1F, 0x8B, ..] => true,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => throw Unknown("zstd"),
        [0xFD, 0x37, 0x7A, 0x58, 0x5A, ..] => throw Unknown("xz"),
        [0x42, 0x5A, 0x68, ..] => throw Unknown("bzip2"),
        _ => false,
    };

    private static ImageException Unknown(string name) => new(ImageErrorCodes.Compression, $"the archive is compressed with {name}, which this version does not read here")
    {
        Hint = $"decompress it on the way: {(name == "bzip2" ? "bunzip2" : "un" + name)} <archive | sharpbuild load",
    };
}
