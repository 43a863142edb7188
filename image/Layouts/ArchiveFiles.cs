using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Compression;
using SharpBuild.Image.Tar;
using SharpBuild.Linux;

namespace SharpBuild.Image.Layouts;

/// <summary>The files of an archive by name: a directory's or a tar's.</summary>
internal abstract class ArchiveFiles(string path) : IDisposable
{
    private const int MaximumDocument = 4 << 20;

    /// <summary>Where the archive is, for messages.</summary>
    public string Path { get; } = path;

    /// <summary>Opens a directory or a tar.</summary>
    /// <exception cref="ImageException">There is neither.</exception>
    public static ArchiveFiles Open(string path, CancellationToken cancellationToken)
    {
        try
        {
            return Directory.Exists(path) ? new DirectoryFiles(path) : TarFiles.Index(path, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ImageException(ImageErrorCodes.InvalidArchive, $"the archive '{path}' cannot be opened: {exception.Message}", exception) { Subject = path };
        }
    }

    public abstract bool Has(string name);

    /// <summary>Opens a file from its start; null when there is none.</summary>
    public abstract Stream? TryOpen(string name);

    /// <summary>The size of a file that exists.</summary>
    public abstract long SizeOf(string name);

    public Stream OpenMember(string name) => TryOpen(name) ?? throw Missing(name);

    public async Task<byte[]> ReadAllAsync(string name, CancellationToken cancellationToken)
    {
        await using var file = OpenMember(name);
        var size = SizeOf(name);
        if (size > MaximumDocument)
        {
            throw new ImageException(ImageErrorCodes.LimitExceeded, $"'{name}' in '{Path}' is larger than {MaximumDocument >> 20} MiB") { Subject = Path };
        }

        var bytes = new byte[size];
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    public ImageException Missing(string name) => new(ImageErrorCodes.InvalidArchive, $"'{Path}' is not whole: it has no '{name}'") { Subject = Path };

    public abstract void Dispose();

    private sealed class DirectoryFiles(string path) : ArchiveFiles(path)
    {
        private readonly SafeFileHandle root = Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);

        public override bool Has(string name) => FileStatuses.TryGet(root, name, out _);

        // A layout from elsewhere may hold links: none may lead out of it.
        public override Stream? TryOpen(string name)
        {
            var handle = Descriptors.TryOpenAt(root, name, OpenFlags.ReadOnly | OpenFlags.NonBlocking, ResolveFlags.Beneath | ResolveFlags.NoMagicLinks, 0, out var errno);
            return handle is not null ? new FileStream(handle, FileAccess.Read, bufferSize: 0)
                : errno == Errno.ENOENT ? null
                : throw new ImageException(ImageErrorCodes.InvalidArchive, $"'{name}' in '{Path}' cannot be opened", new SyscallException("openat2", errno, name)) { Subject = Path };
        }

        public override long SizeOf(string name)
        {
            using var file = OpenMember(name);
            return file.Length;
        }

        public override void Dispose() => root.Dispose();
    }

    private sealed class TarFiles : ArchiveFiles
    {
        private const int MaximumLinks = 8;
        private readonly FileStream file;
        private readonly Dictionary<string, (long Offset, long Size)> members = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> links = new(StringComparer.Ordinal);

        private TarFiles(string path, FileStream file)
            : base(path) => this.file = file;

        public static TarFiles Index(string path, CancellationToken cancellationToken)
        {
            var files = new TarFiles(path, OpenSeekable(path, cancellationToken));
            var reader = new TarReader(files.file);
            while (reader.Next() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                files.Add(entry, reader.Position);
            }

            return files;
        }

        public override bool Has(string name) => Find(name) is not null;

        public override Stream? TryOpen(string name) => Find(name) is { } member ? new FileSection(file.SafeFileHandle, member.Offset, member.Size) : null;

        public override long SizeOf(string name) => Find(name)?.Size ?? throw Missing(name);

        public override void Dispose() => file.Dispose();

        // Compressed archives are unpacked once, to a file that is gone when closed: members are read in any order.
        private static FileStream OpenSeekable(string path, CancellationToken cancellationToken)
        {
            var packed = File.OpenRead(path);
            var head = new byte[Codecs.SniffLength];
            var codec = Codecs.Sniff(head.AsSpan(0, packed.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)));
            packed.Position = 0;
            if (codec == Codecs.Uncompressed)
            {
                return packed;
            }

            using var source = codec.Decompress(packed);
            var unpacked = new FileStream(System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
            var buffer = new byte[256 * 1024];
            for (var length = source.Read(buffer); length > 0; length = source.Read(buffer))
            {
                cancellationToken.ThrowIfCancellationRequested();
                unpacked.Write(buffer, 0, length);
            }

            unpacked.Position = 0;
            return unpacked;
        }

        private static string Normalize(string name) => name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;

        private void Add(TarEntry entry, long position)
        {
            var name = Normalize(entry.DisplayPath);
            var target = System.Text.Encoding.UTF8.GetString(entry.LinkTarget.Span);
            switch (entry.Kind)
            {
                case TarEntryKind.File when entry.Sparse is null:
                    members[name] = (position, entry.Size);
                    break;
                case TarEntryKind.HardLink:
                    links[name] = Normalize(target);
                    break;
                case TarEntryKind.SymbolicLink:
                    // Old archives share equal layers by links such as ../<id>/layer.tar.
                    links[name] = System.IO.Path.GetFullPath(target, "/" + System.IO.Path.GetDirectoryName(name)).TrimStart('/');
                    break;
                default:
                    break;
            }
        }

        private (long Offset, long Size)? Find(string name)
        {
            for (var count = 0; count < MaximumLinks; count++)
            {
                if (members.TryGetValue(name, out var member))
                {
                    return member;
                }

                if (!links.TryGetValue(name, out var target))
                {
                    return null;
                }

                name = target;
            }

            return null;
        }
    }
}
