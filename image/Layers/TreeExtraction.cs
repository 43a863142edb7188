using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Tar;
using SharpBuild.Linux;

namespace SharpBuild.Image.Layers;

/// <summary>Makes the entries of a tar below a root. Not thread-safe; one run each.</summary>
internal sealed class TreeExtraction(SafeFileHandle root, TreeRules rules) : IDisposable
{
    private const OpenFlags DirectoryFlags = OpenFlags.ReadOnly | OpenFlags.Directory;
    private const int EntrySize = 4096; // of an inode and its name, about
    private const OpenFlags NewFileFlags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive;

    private readonly DirectoryStack directories = new(root, rules);
    private readonly TarPath path = new();
    private readonly TarPath linkPath = new();
    private readonly EntryStatus status = new(rules);
    private readonly DiskReserve reserve = new(root, rules.IsLayer ? "the layer" : "the archive");
    private long fileBytes;

    /// <summary>Reads <paramref name="tar"/> to its very end.</summary>
    public LayerContent Run(Stream tar, CancellationToken cancellationToken)
    {
        var reader = new TarReader(tar, cancellationToken);
        while (reader.Next() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reserve.Take(EntrySize);
            try
            {
                Extract(reader, entry, cancellationToken);
            }
            catch (SyscallException exception)
            {
                throw Refused(entry, exception);
            }
        }

        directories.Finish();
        reader.Drain();
        return new(default, 0, reader.EntryCount, fileBytes);
    }

    public void Dispose() => directories.Dispose();

    private static ImageException Refused(TarEntry entry, SyscallException exception) => new(
        ImageErrorCodes.FileSystem, $"'{entry.ShownPath}' cannot be extracted: {exception.Message}", exception)
    {
        Subject = entry.ShownPath,
        Hint = exception.Errno is Errno.ENOSPC or Errno.EDQUOT ? "free some disk space, for example with 'sharpbuild prune'" : null,
    };

    private void Extract(TarReader reader, TarEntry entry, CancellationToken cancellationToken)
    {
        ReadPath(path, entry.Path.Span, entry);
        if (path.Count == 0)
        {
            // "./" changes neither the root of an image (Docker and containerd skip it, so images with a root of mode 0700 exist)
            // nor the directory that an archive is unpacked to.
            return;
        }

        var parent = directories.Enter(path, path.Count - 1);
        var name = path[path.Count - 1];
        if (rules.IsLayer && name.StartsWith(Whiteout.Prefix))
        {
            ExtractWhiteout(parent, name);
            return;
        }

        switch (entry.Kind)
        {
            case TarEntryKind.Directory:
                ExtractDirectory(parent, name, entry);
                break;
            case TarEntryKind.File:
                ExtractFile(parent, name, entry, reader, cancellationToken);
                break;
            case TarEntryKind.SymbolicLink:
                ExtractSymbolicLink(parent, name, entry);
                break;
            case TarEntryKind.HardLink:
                ExtractHardLink(name.ToArray(), entry);
                break;
            default:
                ExtractNode(parent, name, entry);
                break;
        }
    }

    private void ReadPath(TarPath into, ReadOnlySpan<byte> text, TarEntry entry)
    {
        // A layer that leads outside was made to do harm; in an archive for ADD it is taken as tar takes an absolute name.
        if (!(rules.IsLayer ? into.TryReadClean(text) : into.TryReadClamped(text)))
        {
            throw new ImageException(ImageErrorCodes.UnsafeTar, $"'{TarEntry.Show(text)}' in the tar leads outside of its root")
            {
                Subject = entry.ShownPath,
                Hint = "do not trust where this image or archive comes from",
            };
        }
    }

    private void ExtractDirectory(SafeFileHandle parent, ReadOnlySpan<byte> name, TarEntry entry)
    {
        var isOpaque = false;
        var handle = ByteNames.TryOpen(parent, name, DirectoryFlags, 0, out var errno);
        if (handle is null)
        {
            if (errno != Errno.ENOENT)
            {
                // Made earlier in this layer as something else; after a whiteout what lies below stays hidden.
                isOpaque = rules.IsLayer && FileStatuses.TryGet(parent, name, out var existing) && existing.IsWhiteout;
                Errno.ThrowIf(ByteNames.Remove(parent, name), "unlinkat");
            }

            Errno.ThrowIf(ByteNames.MakeDirectory(parent, name, 0b111_000_000), "mkdirat");
            handle = ByteNames.TryOpen(parent, name, DirectoryFlags, 0, out errno) ?? throw new SyscallException("openat", errno);
        }

        directories.Push(name, handle, entry.Modified);
        status.SetDirectory(handle, entry);
        if (isOpaque)
        {
            status.MakeOpaque(handle);
        }
    }

    private void ExtractFile(SafeFileHandle parent, ReadOnlySpan<byte> name, TarEntry entry, TarReader reader, CancellationToken cancellationToken)
    {
        fileBytes += entry.Size;
        if (fileBytes > rules.MaximumBytes)
        {
            throw new ImageException(ImageErrorCodes.LimitExceeded, $"the tar holds more than {rules.MaximumBytes / (1 << 20)} MiB of files") { Subject = entry.ShownPath };
        }

        using var file = MakeFile(parent, name);
        if (entry.Sparse is null)
        {
            for (var data = reader.ReadData(); !data.IsEmpty; data = reader.ReadData())
            {
                Write(file, data, cancellationToken);
            }
        }
        else
        {
            WriteSparse(file, entry, reader, cancellationToken);
        }

        status.SetFile(file, entry);
    }

    private static SafeFileHandle MakeFile(SafeFileHandle parent, ReadOnlySpan<byte> name)
    {
        var file = ByteNames.TryOpen(parent, name, NewFileFlags, 0b110_000_000, out var errno);
        if (errno == Errno.EEXIST)
        {
            TreeRemover.Remove(parent, name);
            file = ByteNames.TryOpen(parent, name, NewFileFlags, 0b110_000_000, out errno);
        }

        return file ?? throw new SyscallException("openat", errno);
    }

    private void Write(SafeFileHandle file, ReadOnlySpan<byte> data, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        reserve.Take(data.Length);
        FileBytes.Write(file, data);
    }

    private void WriteSparse(SafeFileHandle file, TarEntry entry, TarReader reader, CancellationToken cancellationToken)
    {
        foreach (var extent in entry.Sparse!)
        {
            FileBytes.Seek(file, extent.Offset);
            for (var left = extent.Length; left > 0;)
            {
                var data = reader.ReadData((int)Math.Min(left, int.MaxValue));
                Write(file, data, cancellationToken);
                left -= data.Length;
            }
        }

        FileBytes.SetSize(file, entry.Size);
    }

    private void ExtractSymbolicLink(SafeFileHandle parent, ReadOnlySpan<byte> name, TarEntry entry)
    {
        byte[] target = [.. entry.LinkTarget.Span, 0];
        if (target.Length == 1 || target.AsSpan(0, target.Length - 1).Contains((byte)0))
        {
            throw TarReader.Damaged($"the symbolic link '{entry.ShownPath}' leads nowhere");
        }

        var errno = ByteNames.MakeSymbolicLink(parent, name, target);
        if (errno == Errno.EEXIST)
        {
            TreeRemover.Remove(parent, name);
            errno = ByteNames.MakeSymbolicLink(parent, name, target);
        }

        Errno.ThrowIf(errno, "symlinkat");
        status.SetName(parent, name, entry);
    }

    private void ExtractHardLink(byte[] name, TarEntry entry)
    {
        ReadPath(linkPath, entry.LinkTarget.Span, entry);
        if (linkPath.Count == 0)
        {
            throw TarReader.Damaged($"the hard link '{entry.ShownPath}' leads nowhere");
        }

        if (IsSamePath())
        {
            return;
        }

        var targetName = linkPath[linkPath.Count - 1].ToArray();
        using var targetParent = Descriptors.Duplicate(directories.Enter(linkPath, linkPath.Count - 1));
        if (!FileStatuses.TryGet(targetParent, targetName, out var found) || (rules.IsLayer && found.IsWhiteout))
        {
            found = rules.Lower is null || !LowerFile.TryCopyUp(rules.Lower, linkPath, targetParent, targetName)
                ? throw TarReader.Damaged($"the hard link '{entry.ShownPath}' leads to '{TarEntry.Show(entry.LinkTarget.Span)}', which does not exist")
                : FileStatuses.TryGet(targetParent, targetName, out var copied) ? copied : default;
        }

        if (found.Kind == FileKind.Directory)
        {
            throw TarReader.Damaged($"the hard link '{entry.ShownPath}' leads to a directory");
        }

        Link(targetParent, targetName, directories.Enter(path, path.Count - 1), name);
    }

    private static void Link(SafeFileHandle targetParent, byte[] targetName, SafeFileHandle parent, byte[] name)
    {
        var errno = ByteNames.Link(targetParent, targetName, parent, name);
        if (errno == Errno.EEXIST)
        {
            TreeRemover.Remove(parent, name);
            errno = ByteNames.Link(targetParent, targetName, parent, name);
        }

        Errno.ThrowIf(errno, "linkat");
    }

    private bool IsSamePath()
    {
        if (path.Count != linkPath.Count)
        {
            return false;
        }

        for (var i = 0; i < path.Count; i++)
        {
            if (!path[i].SequenceEqual(linkPath[i]))
            {
                return false;
            }
        }

        return true;
    }

    private void ExtractNode(SafeFileHandle parent, ReadOnlySpan<byte> name, TarEntry entry)
    {
        var kind = entry.Kind switch
        {
            TarEntryKind.CharacterDevice => FileKind.CharacterDevice,
            TarEntryKind.BlockDevice => FileKind.BlockDevice,
            _ => FileKind.Fifo,
        };
        var errno = ByteNames.MakeNode(parent, name, kind, 0b110_000_000, entry.DeviceMajor, entry.DeviceMinor);
        if (errno == Errno.EEXIST)
        {
            TreeRemover.Remove(parent, name);
            errno = ByteNames.MakeNode(parent, name, kind, 0b110_000_000, entry.DeviceMajor, entry.DeviceMinor);
        }

        // No user namespace may make devices; containerd, Docker and Podman leave them out there, too.
        if (errno == Errno.EPERM && kind != FileKind.Fifo)
        {
            status.NoticeOnce("device files cannot be made here and are left out");
            return;
        }

        Errno.ThrowIf(errno, "mknodat");
        status.SetName(parent, name, entry);
    }

    private void ExtractWhiteout(SafeFileHandle parent, ReadOnlySpan<byte> name)
    {
        if (name[..^1].SequenceEqual(Whiteout.Opaque))
        {
            status.MakeOpaque(parent);
            return;
        }

        if (name.StartsWith(Whiteout.MetadataPrefix))
        {
            return;
        }

        var hidden = name[Whiteout.Prefix.Length..];
        if (hidden.Length == 1 || hidden.SequenceEqual(".\0"u8) || TarPath.IsDotDot(hidden))
        {
            throw new ImageException(ImageErrorCodes.UnsafeTar, $"'{TarEntry.Show(name[..^1])}' in the tar deletes no file");
        }

        // A name made in this very layer stays: a whiteout is about the layers below. A directory then hides theirs.
        var errno = ByteNames.MakeNode(parent, hidden, FileKind.CharacterDevice, 0, 0, 0);
        if (errno == Errno.EEXIST)
        {
            using var directory = ByteNames.TryOpen(parent, hidden, DirectoryFlags, 0, out _);
            if (directory is not null)
            {
                status.MakeOpaque(directory);
            }

            return;
        }

        Errno.ThrowIf(errno, "mknodat");
        Errno.ThrowIf(ByteNames.SetTimes(parent, hidden, new(0, 0)), "utimensat");
    }
}
