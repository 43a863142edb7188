using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Image.Layouts;

/// <summary>The files of a directory; no link in it leads outside.</summary>
internal sealed class DirectoryFiles : ArchiveFiles
{
    private const OpenFlags FileFlags = OpenFlags.ReadOnly | OpenFlags.NonBlocking;
    private readonly SafeFileHandle root;

    public DirectoryFiles(string directory)
    {
        Name = $"'{directory}'";
        root = Descriptors.TryOpen(directory, OpenFlags.ReadOnly | OpenFlags.Directory, out var errno)
            ?? throw LayoutNames.Invalid($"the directory '{directory}' cannot be read", new SyscallException("open", errno, directory));
    }

    public override string Name { get; }

    public override ArchiveFile? TryOpen(string path)
    {
        var handle = Descriptors.TryOpenAt(root, path, FileFlags, ResolveFlags.Beneath | ResolveFlags.NoMagicLinks, 0, out var errno);
        if (handle is null)
        {
            return errno is Errno.ENOENT or Errno.ENOTDIR ? null : throw LayoutNames.Invalid($"'{path}' of {Name} cannot be read", new SyscallException("openat2", errno, path));
        }

        var status = FileStatuses.Get(handle);
        if (status.Kind == FileKind.Regular)
        {
            return new(handle, 0, status.Size, ownsHandle: true);
        }

        handle.Dispose();
        return null;
    }

    public override void Dispose() => root.Dispose();
}
