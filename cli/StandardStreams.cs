using Microsoft.Win32.SafeHandles;
using SharpBuild.Builder;
using SharpBuild.Engine;
using SharpBuild.Runtime;

namespace SharpBuild.Cli;

/// <summary>Standard input, output and error without <see cref="Console"/>'s set-up, which costs 5 ms of a 28 ms start (terminfo, encodings).</summary>
internal static class StandardStreams
{
    /// <summary>Standard input, unbuffered.</summary>
    public static Stream OpenInput() => new FileStream(Handle(0), FileAccess.Read, bufferSize: 0);

    /// <summary>All of standard input, a Dockerfile.</summary>
    /// <exception cref="BuildException">It is no text.</exception>
    public static async Task<string> ReadInputAsync(CancellationToken cancellationToken)
    {
        await using var input = OpenInput();
        using var content = new MemoryStream();

        // A read of a terminal or a pipe heeds no token: it is left to itself, and its thread ends with the process.
        await input.CopyToAsync(content, cancellationToken).WaitAsync(cancellationToken);
        return DockerfileText.Decode("-", content.GetBuffer().AsSpan(0, (int)content.Length));
    }

    /// <summary>Standard output, unbuffered.</summary>
    public static Stream OpenOutput() => OpenForWriting(1) ?? Console.OpenStandardOutput();

    /// <summary>Standard error, unbuffered.</summary>
    public static Stream OpenError() => OpenForWriting(2) ?? Console.OpenStandardError();

    /// <summary>All three, for a container in the foreground.</summary>
    public static ContainerConsole OpenConsole() => new(OpenInput, OpenOutput(), OpenError()) { InputTerminal = HostTerminal.Of(0), OutputTerminal = HostTerminal.Of(1) };

    /// <summary>A writer of UTF-8 text that the caller flushes.</summary>
    public static StreamWriter CreateWriter(Stream stream) => new(stream, bufferSize: 4096) { AutoFlush = false, NewLine = "\n" };

    /// <summary>
    /// Null for a regular file: FileStream writes to it by pwrite(2) and leaves the descriptor's own offset alone, so that whoever
    /// shares the descriptor (the shell's next command, standard error sent to the same file) would write over our text.
    /// </summary>
    private static FileStream? OpenForWriting(int descriptor)
    {
        var stream = new FileStream(Handle(descriptor), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? null : stream;
    }

    private static SafeFileHandle Handle(int descriptor) => new(descriptor, ownsHandle: false);
}
