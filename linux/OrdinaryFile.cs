using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>
/// Opens files that configuration, credentials or archives name. Such a name may lead to anything: opening a FIFO waits for a writer, opening a
/// terminal may make it ours, and reading <c>/dev/zero</c> never ends. Only regular files are opened, without waiting, and only up to a limit.
/// </summary>
public static class OrdinaryFile
{
    private const OpenFlags Flags = OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal;
    private const int FirstBuffer = 4096;

    /// <summary>Opens a regular file for reading; symbolic links are followed.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">It is not a regular file, or cannot be opened.</exception>
    public static SafeFileHandle Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Contains('\0'))
        {
            throw new IOException("its name contains a NUL character");
        }

        var file = Descriptors.TryOpen(path, Flags, out var errno) ?? throw Refused(errno, path);
        try
        {
            Check(file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Throws unless an open file is a regular one. For callers that open by a directory descriptor, with <see cref="OpenFlags.NonBlocking"/>.</summary>
    /// <exception cref="IOException">It is something else.</exception>
    public static void Check(SafeFileHandle file)
    {
        var kind = FileStatuses.Get(file).Kind;
        if (kind != FileKind.Regular)
        {
            throw new IOException($"it is {Describe(kind)}, not an ordinary file");
        }
    }

    /// <summary>All of a regular file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">How many bytes it may have.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">It is not a regular file, is longer than <paramref name="limit"/>, or cannot be read.</exception>
    public static byte[] ReadAll(string path, int limit)
    {
        using var file = Open(path);
        return ReadAll(file, limit);
    }

    /// <summary>The rest of an open regular file. The size that the kernel states is not believed: files of /proc have none, and a file may grow.</summary>
    /// <exception cref="IOException">It is not a regular file, is longer than <paramref name="limit"/>, or cannot be read.</exception>
    public static byte[] ReadAll(SafeFileHandle file, int limit)
    {
        Check(file);
        var stated = FileStatuses.Get(file).Size;
        if (stated > limit)
        {
            throw TooLong(limit);
        }

        // One byte more than stated, so that the end is seen without growing; one more than the limit, so that it is seen to be passed.
        var buffer = new byte[Math.Min(Math.Max(stated, FirstBuffer), limit) + 1];
        for (var length = 0; ;)
        {
            var count = FileBytes.Read(file, buffer.AsSpan(length));
            length += count;
            if (length > limit)
            {
                throw TooLong(limit);
            }

            if (count == 0)
            {
                return buffer[..length];
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, limit + 1L));
            }
        }
    }

    /// <summary>All of a regular file as text: UTF-8, or what its byte order mark says.</summary>
    /// <inheritdoc cref="ReadAll(string, int)"/>
    public static string ReadText(string path, int limit)
    {
        using var reader = new StreamReader(new MemoryStream(ReadAll(path, limit)), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    internal static Exception Refused(int errno, string path)
    {
        var reason = new SyscallException("open", errno, path);
        return errno switch
        {
            // ENXIO is what opening a socket gives.
            Errno.ENXIO => new IOException("it is a socket or a device, not an ordinary file", reason),
            Errno.ENOENT or Errno.ENOTDIR => new FileNotFoundException(reason.Reason, path, reason),
            Errno.EACCES or Errno.EPERM => new UnauthorizedAccessException(reason.Reason, reason),
            _ => new IOException(reason.Reason, reason),
        };
    }

    internal static IOException TooLong(int limit) => new($"it is longer than {(limit >= 1 << 20 ? $"{limit >> 20} MiB" : $"{limit >> 10} KiB")}");

    private static string Describe(FileKind kind) => kind switch
    {
        FileKind.Directory => "a directory",
        FileKind.Fifo => "a FIFO",
        FileKind.CharacterDevice or FileKind.BlockDevice => "a device",
        FileKind.Socket => "a socket",
        _ => "something else",
    };
}
