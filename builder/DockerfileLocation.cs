using SharpBuild.Parser;
using SharpBuild.Parser.Ignoring;
using SharpBuild.Runtime;

namespace SharpBuild.Builder;

/// <summary>Where the Dockerfile and its ignore file are.</summary>
internal sealed class DockerfileLocation
{
    /// <summary>The name of a Dockerfile that has no other.</summary>
    public const string DefaultName = "Dockerfile";

    // More than BuildKit can send from client to daemon. Asked of what is read, not of the file: /dev/zero has no size.
    private const int MostBytes = 16 << 20;
    private const int ChunkBytes = 64 << 10;

    private const string SpecificSuffix = ".dockerignore";

    private readonly string? path;
    private readonly string? text;
    private readonly string name;
    private readonly string context;
    private IgnoreFile? ignoreFile;

    private DockerfileLocation(string context, string? path, string? text, string name = DefaultName) =>
        (this.context, this.path, this.text, this.name) = (context, path, text, name);

    /// <summary>A Dockerfile that comes from elsewhere than a disk, with its name for messages. There is no local context then, or it has no ignore file of this Dockerfile.</summary>
    public static DockerfileLocation FromText(string context, string name, string text) => new(context, null, text, name);

    /// <summary>Finds the Dockerfile: the given text or file, else <c>Dockerfile</c>, else <c>dockerfile</c> in the context.</summary>
    /// <exception cref="BuildException">There is none.</exception>
    public static DockerfileLocation Find(BuildOptions options)
    {
        // The text of one that was fetched: there is no context of this machine beside it.
        if (!Path.IsPathRooted(options.Context) && options.FileText is { } fetched)
        {
            return new(options.Context, null, fetched);
        }

        if (!Directory.Exists(options.Context))
        {
            throw new BuildException("SB4001", $"the build context '{options.Context}' is not a directory") { Hint = "name a directory that exists, such as '.'" };
        }

        if (options.FileText is { } text)
        {
            return new(options.Context, null, text);
        }

        var usual = Path.Combine(options.Context, DefaultName);
        string[] candidates = options.File is { } file ? [file] : [usual, Path.Combine(options.Context, "dockerfile")];
        return Array.Find(candidates, File.Exists) is { } found
            ? new(options.Context, found, null)
            : throw new BuildException("SB4002", $"there is no Dockerfile at '{candidates[0]}'") { Hint = "use -f to name the Dockerfile" };
    }

    /// <summary>Reads the Dockerfile.</summary>
    /// <exception cref="BuildException">It cannot be read.</exception>
    public SourceText ReadSource() => path is null ? new SourceText(name, text!) : new SourceText(Path.GetFileName(path), ReadText(path));

    /// <summary>Reads the Dockerfile; one that may never come, because nobody writes to the FIFO, is waited for until the token says otherwise.</summary>
    /// <exception cref="BuildException">It cannot be read.</exception>
    public ValueTask<SourceText> ReadSourceAsync(CancellationToken cancellationToken) =>
        path is not null && HostFile.MayWait(path)
            ? new(Task.Run(ReadSource, CancellationToken.None).WaitAsync(cancellationToken)) // open(2) heeds no token; the thread ends with the process
            : new(ReadSource());

    private static string ReadText(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            using var content = ReadBounded(file, path);
            return DockerfileText.Decode(path, content.GetBuffer().AsSpan(0, (int)content.Length));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BuildException("SB4003", $"'{path}' cannot be read: {exception.Message}", exception) { Hint = "check its permissions" };
        }
    }

    /// <summary>All of a Dockerfile or ignore file, wherever it comes from.</summary>
    /// <exception cref="BuildException">It is too long to be one.</exception>
    internal static MemoryStream ReadBounded(FileStream file, string path)
    {
        var content = new MemoryStream();
        var buffer = new byte[ChunkBytes];
        for (int length; (length = file.Read(buffer)) > 0;)
        {
            content.Write(buffer, 0, length);
            if (content.Length > MostBytes)
            {
                throw new BuildException("SB4003", $"'{path}' is not a Dockerfile: it is longer than 16 MiB") { Hint = "name another file with -f" };
            }
        }

        return content;
    }

    /// <summary>The ignore rules of the main context: <c>&lt;Dockerfile&gt;.dockerignore</c> beside the Dockerfile, else <c>.dockerignore</c> in the context. Read once.</summary>
    public IgnoreFile ReadIgnoreFile() => ignoreFile ??=
        path is not null && File.Exists(path + SpecificSuffix) ? Parse(path + SpecificSuffix)
            : Path.IsPathRooted(context) ? ReadIgnoreFile(context)
            : IgnoreFile.None;

    /// <summary>The ignore rules of a named context: <c>.dockerignore</c> at its own root.</summary>
    public static IgnoreFile ReadIgnoreFile(string directory)
    {
        var file = Path.Combine(directory, SpecificSuffix);
        return File.Exists(file) ? Parse(file) : IgnoreFile.None;
    }

    private static IgnoreFile Parse(string file)
    {
        try
        {
            return IgnoreFile.Parse(HostFile.ReadText(file, MostBytes));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BuildException("SB4003", $"'{file}' cannot be read: {exception.Message}", exception) { Hint = "check its permissions, or remove it" };
        }
    }
}
