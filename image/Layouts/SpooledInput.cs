using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Compression;
using SharpBuild.Image.Layers;

namespace SharpBuild.Image.Layouts;

/// <summary>An input in a form that can be read at any place, more than once: the file itself, or an uncompressed copy of the stream.</summary>
internal sealed class SpooledInput : IDisposable
{
    private const int BufferSize = 256 * 1024;
    private readonly FileStream file;

    private SpooledInput(FileStream file) => this.file = file;

    public SafeFileHandle Handle => file.SafeFileHandle;

    /// <summary>Takes a plain file as it is; copies anything else.</summary>
    /// <param name="input">The archive from its start, perhaps compressed. Is disposed with the result, or when this fails.</param>
    /// <param name="path">Where a copy is made; the file must not exist, and is gone when this is disposed.</param>
    /// <param name="cancellationToken">Stops copying.</param>
    /// <exception cref="ImageException">The input is damaged, or the copy cannot be written.</exception>
    public static async Task<SpooledInput> OpenAsync(Stream input, string path, CancellationToken cancellationToken)
    {
        if (input is FileStream { CanSeek: true } plain && IsPlain(plain.SafeFileHandle))
        {
            return new(plain);
        }

        await using (input)
        {
            return new(await CopyAsync(input, path, cancellationToken));
        }
    }

    public void Dispose() => file.Dispose();

    private static async Task<FileStream> CopyAsync(Stream input, string path, CancellationToken cancellationToken)
    {
        FileStream? copy = null;
        try
        {
            copy = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            await using var plain = Codecs.Decompress(input, cancellationToken);
            var reserve = new DiskReserve(copy.SafeFileHandle, "the archive");
            var buffer = new byte[BufferSize];
            for (int count; (count = await plain.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                reserve.Take(count);
                await copy.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }

            (var finished, copy) = (copy, null);
            return finished;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.NotWritten(path, exception);
        }
        finally
        {
            await (copy?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private static bool IsPlain(SafeFileHandle file)
    {
        Span<byte> head = stackalloc byte[Codecs.SniffLength];
        return Codecs.Sniff(head[..RandomAccess.Read(file, head, 0)]) == Codecs.Uncompressed;
    }
}
