using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache.Content;
using SharpBuild.Image;
using SharpBuild.Image.Layouts;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <summary>
/// Writes a merged tree to a directory of the host, where everything belongs to the caller: modes, times, links, extended attributes
/// are kept, owners are not. No link that is there already is followed: what is in the way is replaced, as BuildKit's local output does.
/// </summary>
public sealed class TreeExporter
{
    private const OpenFlags DirectoryFlags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow;
    private const OpenFlags NewFileFlags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow;
    private const int OwnerOnly = 0b111_000_000;

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
            exporter.WriteChildren(source, target, "", isNew: false);
            return new(exporter.files, exporter.skipped);
        }
        catch (Exception exception) when (exception is SyscallException or IOException or UnauthorizedAccessException)
        {
            throw OutputFile.NotWritten(destination, exception);
        }
    }

    private void WriteChildren(SafeFileHandle source, SafeFileHandle target, string path, bool isNew)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var entries = DirectoryReader.Read(source);
        foreach (var entry in entries)
        {
            var status = FileStatuses.Get(source, entry.Name);
            if (status.Kind == FileKind.Directory)
            {
                WriteDirectory(source, target, entry.Name, path + entry.Name + "/", status);
            }
            else
            {
                if (!isNew)
                {
                    TreeRemover.Remove(target, entry.Name);
                }

                WriteFile(source, target, entry.Name, path + entry.Name, status);
            }
        }

        if (options.DeletesOthers && !isNew)
        {
            RemoveOthers(target, entries);
        }
    }

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

    private void WriteDirectory(SafeFileHandle parent, SafeFileHandle targetParent, string name, string path, in FileStatus status)
    {
        var isNew = Inodes.TryMakeDirectory(targetParent, name, OwnerOnly);
        if (!isNew && FileStatuses.Get(targetParent, name).Kind != FileKind.Directory)
        {
            Inodes.Remove(targetParent, name);
            Inodes.MakeDirectory(targetParent, name, OwnerOnly);
            isNew = true;
        }

        using var source = Descriptors.OpenAt(parent, name, DirectoryFlags, ResolveFlags.None);
        using var target = Descriptors.OpenAt(targetParent, name, DirectoryFlags, ResolveFlags.None);
        WriteChildren(source, target, path, isNew);
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
        FileAttributeSet.Read(from).ApplyTo(to);
        Inodes.ChangeMode(to, status.Permissions);
        Inodes.SetTimes(to, TimeOf(status));
    }

    private void WriteNode(SafeFileHandle target, string name, in FileStatus status)
    {
        try
        {
            Inodes.MakeNode(target, name, status.Kind, status.Permissions, status.DeviceMajor, status.DeviceMinor);
        }
        catch (SyscallException exception) when (exception.Errno == Errno.EPERM)
        {
            // In a user namespace nobody may make devices.
            files--;
            skipped++;
            return;
        }

        Inodes.ChangeMode(target, name, status.Permissions);
        Inodes.SetTimes(target, name, TimeOf(status));
    }

    private FileTime TimeOf(in FileStatus status) =>
        options.Time is { } time ? new(time.ToUnixTimeSeconds(), 0) : status.Modified;
}
