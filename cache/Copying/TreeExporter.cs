using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache.Content;
using SharpBuild.Image;
using SharpBuild.Image.Layouts;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <summary>
/// Writes a merged tree to a directory of the host, where everything belongs to the caller: modes, times, links, extended attributes
/// are kept, owners are not. What would give somebody the caller's rights is not kept either: set-id bits, capabilities, and the access
/// of others to a device. No link that is there already is followed: what is in the way is replaced, as BuildKit's local output does.
/// </summary>
public sealed class TreeExporter
{
    private const OpenFlags DirectoryFlags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow;
    private const OpenFlags NewFileFlags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow;
    private const int OwnerOnly = 0b111_000_000;
    private const int SetIdBits = 0b110_000_000_000;
    private const int AllBits = 0b111_111_111_111;
    private const int LongestPath = 4095; // PATH_MAX without its zero byte
    private const int LongestShown = 100;

    private readonly TreeExportOptions options;
    private readonly SafeFileHandle root;
    private readonly CancellationToken cancellationToken;
    private readonly Dictionary<ulong, string> linked = [];
    private int files;
    private int skipped;

    private TreeExporter(SafeFileHandle root, TreeExportOptions options, CancellationToken cancellationToken) =>
        (this.root, this.options, this.cancellationToken) = (root, options, cancellationToken);

    /// <summary>Writes the tree.</summary>
    /// <param name="tree">The merged tree.</param>
    /// <param name="destination">An absolute path; the directory is made when missing, and keeps its own mode.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops it; what was written stays.</param>
    /// <exception cref="ImageException">A file cannot be read or written.</exception>
    public static TreeExportResult Export(SafeFileHandle tree, string destination, TreeExportOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            Directory.CreateDirectory(destination);
            using var target = Descriptors.Open(destination, OpenFlags.ReadOnly | OpenFlags.Directory);
            using var source = Descriptors.OpenAt(tree, ".", OpenFlags.ReadOnly | OpenFlags.Directory, ResolveFlags.None);
            var exporter = new TreeExporter(target, options, cancellationToken);
            exporter.Write(source, target);
            return new(exporter.files, exporter.skipped);
        }
        catch (Exception exception) when (exception is SyscallException or IOException or UnauthorizedAccessException)
        {
            throw OutputFile.NotWritten(destination, exception);
        }
    }

    // With a stack of its own and few descriptors: a step may nest directories as deep as it likes.
    private void Write(SafeFileHandle top, SafeFileHandle targetTop)
    {
        using var sources = new DirectoryChain(top);
        using var targets = new DirectoryChain(targetTop);
        var levels = new Stack<Level>([ReadLevel(top, targetTop, "", isNew: false, default)]);
        while (levels.TryPeek(out var level))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!level.Names.TryPop(out var name))
            {
                levels.Pop();
                if (levels.Count > 0)
                {
                    FinishDirectory(sources.Current, targets.Current, level.Status);
                    sources.Leave();
                    targets.Leave();
                }

                continue;
            }

            var status = FileStatuses.Get(sources.Current, name);
            if (status.Kind == FileKind.Directory)
            {
                var isNew = MakeDirectory(targets.Current, name);
                sources.Enter(Descriptors.OpenAt(sources.Current, name, DirectoryFlags, ResolveFlags.None));
                targets.Enter(Descriptors.OpenAt(targets.Current, name, DirectoryFlags, ResolveFlags.None));
                levels.Push(ReadLevel(sources.Current, targets.Current, Longer(level.Path, name) + "/", isNew, status));
                continue;
            }

            if (!level.IsNew)
            {
                TreeRemover.Remove(targets.Current, name);
            }

            WriteFile(sources.Current, targets.Current, name, Longer(level.Path, name), status);
        }
    }

    private Level ReadLevel(SafeFileHandle source, SafeFileHandle target, string path, bool isNew, in FileStatus status)
    {
        var entries = DirectoryReader.Read(source);
        if (options.DeletesOthers && !isNew)
        {
            RemoveOthers(target, entries);
        }

        return new(new(entries.Select(entry => entry.Name).Reverse()), path, isNew, status);
    }

    private static string Longer(string directory, string name) =>
        directory.Length + name.Length <= LongestPath ? directory + name
        : throw new SyscallException("openat", Errno.ENAMETOOLONG, directory[..LongestShown] + "…");

    private static void RemoveOthers(SafeFileHandle target, List<DirectoryEntry> entries)
    {
        var kept = entries.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        using var listing = Descriptors.OpenAt(target, ".", DirectoryFlags, ResolveFlags.None);
        foreach (var entry in DirectoryReader.Read(listing))
        {
            if (!kept.Contains(entry.Name))
            {
                TreeRemover.Remove(target, entry.Name);
            }
        }
    }

    private static bool MakeDirectory(SafeFileHandle parent, string name)
    {
        if (Inodes.TryMakeDirectory(parent, name, OwnerOnly))
        {
            return true;
        }

        if (FileStatuses.Get(parent, name).Kind == FileKind.Directory)
        {
            return false;
        }

        Inodes.Remove(parent, name);
        Inodes.MakeDirectory(parent, name, OwnerOnly);
        return true;
    }

    private void FinishDirectory(SafeFileHandle source, SafeFileHandle target, in FileStatus status)
    {
        FileAttributeSet.Read(source).ApplyTo(target);
        Inodes.ChangeMode(target, status.Permissions);
        Inodes.SetTimes(target, TimeOf(status));
    }

    private void WriteFile(SafeFileHandle source, SafeFileHandle target, string name, string path, in FileStatus status)
    {
        files++;
        if (status.Links > 1 && WriteHardLink(target, name, path, status.Inode))
        {
            return;
        }

        switch (status.Kind)
        {
            case FileKind.Regular:
                WriteRegular(source, target, name, status);
                break;
            case FileKind.SymbolicLink:
                Inodes.MakeSymbolicLink(target, name, Inodes.ReadLink(source, name));
                Inodes.SetTimes(target, name, TimeOf(status));
                break;
            default:
                WriteNode(target, name, status);
                break;
        }
    }

    // The first name of an inode is written, the others are linked to it; beneath the root, however deep it is.
    private bool WriteHardLink(SafeFileHandle target, string name, string path, ulong inode)
    {
        if (linked.TryAdd(inode, path))
        {
            return false;
        }

        return Inodes.TryLink(root, linked[inode], target, name);
    }

    private void WriteRegular(SafeFileHandle source, SafeFileHandle target, string name, in FileStatus status)
    {
        using var from = FileReader.Open(source, name);
        using var to = Descriptors.OpenAt(target, name, NewFileFlags, ResolveFlags.None, OwnerOnly);
        FileCopier.Copy(from, to, status, wantsHash: false);
        FileAttributeSet.Read(from).WithoutCapabilities().ApplyTo(to);
        Inodes.ChangeMode(to, status.Permissions & ~SetIdBits);
        Inodes.SetTimes(to, TimeOf(status));
    }

    private void WriteNode(SafeFileHandle target, string name, in FileStatus status)
    {
        var isDevice = status.Kind is FileKind.CharacterDevice or FileKind.BlockDevice;
        var permissions = status.Permissions & ~SetIdBits & (isDevice ? OwnerOnly : AllBits);
        try
        {
            Inodes.MakeNode(target, name, status.Kind, permissions, status.DeviceMajor, status.DeviceMinor);
        }
        catch (SyscallException exception) when (exception.Errno == Errno.EPERM)
        {
            // In a user namespace nobody may make devices.
            files--;
            skipped++;
            return;
        }

        Inodes.ChangeMode(target, name, permissions);
        Inodes.SetTimes(target, name, TimeOf(status));
    }

    private FileTime TimeOf(in FileStatus status) =>
        options.Time is { } time ? new(time.ToUnixTimeSeconds(), 0) : status.Modified;

    // The names that are still to be written, in order, and their directory.
    private readonly record struct Level(Stack<string> Names, string Path, bool IsNew, FileStatus Status);
}
