using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>
/// Opens what a user names on the command line: an ordinary file, or a pipe such as <c>/dev/stdin</c> or the shell's <c>&lt;(…)</c>. Neither
/// opening nor reading waits longer than a token allows. What configuration names is opened by <see cref="OrdinaryFile"/>.
/// </summary>
public static class NamedInput
{
    private const OpenFlags Flags = OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal;
    private const int ChunkSize = 64 * 1024;

    /// <summary>Opens a file or pipe for reading.</summary>
    /// <exception cref="IOException">It cannot be opened, or is a directory.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Stream Open(string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        var file = Descriptors.TryOpen(path, Flags, out var errno) ?? throw OrdinaryFile.Refused(errno, path);
        return FileStatuses.Get(file).Kind switch
        {
            FileKind.Regular => new FileStream(file, FileAccess.Read, bufferSize: 0),
            FileKind.Directory => throw Directory(file),
            _ => new WaitingInput(file, cancellationToken),
        };
    }

    /// <summary>Standard input.</summary>
    public static Stream OpenStandardInput(CancellationToken cancellationToken)
    {
        var input = new SafeFileHandle(0, ownsHandle: false);
        return FileStatuses.Get(input).Kind == FileKind.Regular ? new FileStream(input, FileAccess.Read, bufferSize: 0) : new WaitingInput(input, cancellationToken);
    }

    /// <summary>All of a file or pipe.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="limit">How many bytes it may have.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="IOException">It cannot be read, or is longer than <paramref name="limit"/>.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] ReadAll(string path, int limit, CancellationToken cancellationToken)
    {
        using var input = Open(path, cancellationToken);
        using var content = new MemoryStream();
        var buffer = new byte[ChunkSize];
        for (int count; (count = input.Read(buffer)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            content.Write(buffer, 0, count);
            if (content.Length > limit)
            {
                throw OrdinaryFile.TooLong(limit);
            }
        }

        return content.ToArray();
    }

    private static IOException Directory(SafeFileHandle file)
    {
        file.Dispose();
        return new("it is a directory");
    }
}
