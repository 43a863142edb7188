using SharpBuild.Linux;

namespace SharpBuild.Image.Layouts;

/// <summary>Output files that appear whole or not at all.</summary>
public static class OutputFile
{
    /// <summary>Writes <paramref name="path"/> by way of a temporary file beside it, which then takes its place; nothing remains when writing fails. What is no plain file (a FIFO, <c>/dev/stdout</c>) is written directly.</summary>
    /// <param name="path">An absolute path. A link is followed, a missing directory is an error.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="ImageException">The file cannot be written: a directory is in its place or missing, the disk is full.</exception>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            var target = path;
            var exists = FileStatuses.TryGet(target, out var status);
            if (exists && status.Kind == FileKind.SymbolicLink)
            {
                target = File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
                exists = FileStatuses.TryGet(target, out status);
            }

            if (exists && status.Kind != FileKind.Regular)
            {
                await WriteDirectlyAsync(target, status.Kind, write);
            }
            else
            {
                await ReplaceAsync(target, write);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, exception);
        }
    }

    /// <summary>What to tell when a file or directory cannot be written.</summary>
    public static ImageException NotWritten(string path, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new(ImageErrorCodes.FileSystem, $"'{path}' cannot be written: {exception.Message}", exception)
        {
            Subject = path,
            Hint = ((exception as SyscallException)?.Errno ?? exception.HResult) is Errno.ENOSPC or Errno.EDQUOT ? "free some disk space, or write to another file system"
                : exception is DirectoryNotFoundException ? $"make the directory '{Path.GetDirectoryName(path)}' first"
                : "check the path and who may write there",
        };
    }

    private static async Task WriteDirectlyAsync(string path, FileKind kind, Func<Stream, Task> write)
    {
        if (kind == FileKind.Directory)
        {
            throw new ImageException(ImageErrorCodes.FileSystem, $"'{path}' is a directory, a file is to be written there")
            {
                Subject = path,
                Hint = "give the path of a file",
            };
        }

        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await write(stream);
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
