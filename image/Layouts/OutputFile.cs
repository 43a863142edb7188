using SharpBuild.Linux;

namespace SharpBuild.Image.Layouts;

/// <summary>Output files that appear whole or not at all.</summary>
public static class OutputFile
{
    private const int NewFileMode = 0b110_110_110;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Writes <paramref name="path"/> by way of a temporary file beside it, which then takes its place; nothing remains when writing fails.
    /// What is no plain file (a link, a FIFO, <c>/dev/stdout</c>) is opened and written directly: the kernel follows the link, or refuses
    /// one that another user has put into a directory that all may write to.
    /// </summary>
    /// <param name="path">An absolute path. A missing directory is an error.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="cancellationToken">Stops waiting for somebody who reads from a FIFO.</param>
    /// <exception cref="ImageException">The file cannot be written: a directory is in its place or missing, the disk is full.</exception>
    public static async Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            if (FileStatuses.TryGet(path, out var status) && status.Kind != FileKind.Regular)
            {
                await using var stream = await OpenAsync(path, cancellationToken);
                await write(stream);
            }
            else
            {
                await ReplaceAsync(path, write);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, exception);
        }
    }

    /// <summary>Writes a small file, in the same way.</summary>
    /// <exception cref="ImageException">It cannot be written.</exception>
    public static Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync(path, stream => stream.WriteAsync(content, cancellationToken).AsTask(), cancellationToken);

    /// <summary>What to tell when a file or directory cannot be written.</summary>
    public static ImageException NotWritten(string path, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new(ImageErrorCodes.FileSystem, $"'{path}' cannot be written: {exception.Message}", exception)
        {
            Subject = path,
            Hint = ((exception as SyscallException)?.Errno ?? exception.HResult) is Errno.ENOSPC or Errno.EDQUOT ? "free some disk space, or write to another file system"
                : IsProtected(path, exception) ? "it is a link or file of another user in a directory that all may write to: remove it, or write elsewhere"
                : exception is DirectoryNotFoundException ? $"make the directory '{Path.GetDirectoryName(path)}' first"
                : "check the path and who may write there",
        };
    }

    private static bool IsProtected(string path, Exception exception) =>
        exception is SyscallException { Errno: Errno.EACCES } && FileStatuses.TryGet(path, out var status) && status.Uid != Processes.EffectiveUserId;

    // With O_CREAT, although it mostly exists: the kernel's protection of FIFOs and files in such directories asks for it.
    private static async Task<FileStream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        const OpenFlags flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal;
        while (true)
        {
            try
            {
                var file = Descriptors.Open(path, flags, NewFileMode);
                Pipes.MakeBlocking(file);
                if (FileStatuses.Get(file).Kind == FileKind.Regular)
                {
                    FileTransfers.SetSize(file, 0);
                }

                return new FileStream(file, FileAccess.Write, bufferSize: 0);
            }
            catch (SyscallException exception) when (exception.Errno == Errno.EISDIR)
            {
                throw new ImageException(ImageErrorCodes.FileSystem, $"'{path}' is a directory, a file is to be written there", exception)
                {
                    Subject = path,
                    Hint = "give the path of a file",
                };
            }
            catch (SyscallException exception) when (exception.Errno == Errno.ENXIO && IsFifo(path))
            {
                // Nobody reads from it yet.
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    private static bool IsFifo(string path)
    {
        using var file = Descriptors.TryOpen(path, OpenFlags.PathOnly, out _);
        return file is not null && FileStatuses.Get(file).Kind == FileKind.Fifo;
    }

    private static async Task ReplaceAsync(string path, Func<Stream, Task> write)
    {
        var temporary = Path.Join(Path.GetDirectoryName(path), $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                await write(stream);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
