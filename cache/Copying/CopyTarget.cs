using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache.Content;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <summary>
/// Where files are put: a directory that is written, and the read-only tree below that shows through it. COPY never deletes, so no
/// whiteout is needed and the upper directory can be written without mounting it: half the cost of going through overlayfs (0.14 s
/// against 0.25 s for ten thousand small files, measured).
/// </summary>
internal sealed class CopyTarget : IPathLookup, IDisposable
{
    private CopyTarget(SafeFileHandle upper, SafeFileHandle? lower) => (Upper, Lower) = (upper, lower);

    /// <summary>The directory that is written.</summary>
    public SafeFileHandle Upper { get; }

    /// <summary>What shows through; null for nothing.</summary>
    public SafeFileHandle? Lower { get; }

    /// <summary>Writes a draft's upper directory; or its merged tree when something else than a plain copy needs that.</summary>
    public static CopyTarget Of(LayerDraft draft, bool throughOverlay) =>
        throughOverlay || draft.WasMounted ? new(draft.OpenRoot(), null) : new(draft.OpenUpper(), draft.OpenLower());

    /// <summary>Writes a directory or mount that belongs to the caller.</summary>
    public static CopyTarget Of(SafeFileHandle root) => new(Descriptors.Duplicate(root), null);

    /// <inheritdoc/>
    public bool TryGetStatus(string path, out FileStatus status)
    {
        if (FileStatuses.TryGet(Upper, path, out status))
        {
            return true;
        }

        // A file of the upper directory hides whatever the lower tree has below that name.
        return Lower is not null && Marshal.GetLastPInvokeError() != Errno.ENOTDIR && FileStatuses.TryGet(Lower, path, out status);
    }

    /// <inheritdoc/>
    public string ReadLink(string path) => Inodes.ReadLink(FileStatuses.TryGet(Upper, path, out _) || Lower is null ? Upper : Lower, path);

    /// <summary>Opens an existing directory for writing; one of the lower tree is copied up first.</summary>
    public SafeFileHandle OpenDirectory(string path)
    {
        var handle = Descriptors.TryOpenAt(Upper, path, SourceLookup.DirectoryFlags, ResolveFlags.Beneath | ResolveFlags.NoSymlinks, 0, out var errno);
        if (handle is not null)
        {
            return handle;
        }

        if (errno != Errno.ENOENT || Lower is null)
        {
            throw new SyscallException("openat2", errno, "/" + path);
        }

        CopyUp(path);
        return SourceLookup.OpenDirectory(Upper, path);
    }

    /// <summary>Makes room for a file: removes what is not a directory.</summary>
    /// <exception cref="CopyException">A directory is in the way.</exception>
    public void Clear(SafeFileHandle directory, string path, int sourceIndex)
    {
        var name = ScopedPath.Name(path);
        var exists = FileStatuses.TryGet(directory, name, out var status);
        if (!exists && (Lower is null || !FileStatuses.TryGet(Lower, path, out status)))
        {
            return;
        }

        if (status.Kind == FileKind.Directory)
        {
            throw new CopyException(CacheErrorCodes.KindConflict, $"cannot replace to directory /{path} with file", sourceIndex)
            {
                Hint = "choose another destination, or remove the directory in an earlier step",
            };
        }

        if (exists)
        {
            Inodes.Remove(directory, name);
        }
    }

    /// <summary>Makes a directory and all that are missing above it. Without an owner they take group and set-group-id bit of the directory they are made in, as mkdir(1)'s do.</summary>
    /// <returns>Whether anything was made.</returns>
    public bool MakeDirectories(string path, int mode, (uint Uid, uint Gid)? owner, FileTime? time = null)
    {
        var missing = new Stack<string>();
        FileStatus status;
        for (; !TryGetStatus(path, out status); path = ScopedPath.Parent(path))
        {
            missing.Push(path);
        }

        if (status.Kind != FileKind.Directory)
        {
            throw NotADirectory(path);
        }

        foreach (var next in missing)
        {
            MakeDirectory(next, mode & 0b111_111_111, owner, time);
        }

        return missing.Count > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Lower?.Dispose();
        Upper.Dispose();
    }

    internal static CopyException NotADirectory(string path, int sourceIndex = -1) =>
        new(CacheErrorCodes.KindConflict, $"cannot copy to non-directory: /{path}", sourceIndex)
        {
            Hint = "a file or link stands where a directory is to go: choose another destination, or remove it in an earlier step",
        };

    private void MakeDirectory(string path, int mode, (uint Uid, uint Gid)? owner, FileTime? time)
    {
        using var parent = OpenDirectory(ScopedPath.Parent(path));
        Inodes.MakeDirectory(parent, ScopedPath.Name(path), mode);
        using var made = SourceLookup.OpenDirectory(parent, ScopedPath.Name(path));
        Ownership.GiveNewDirectory(made, mode, owner, Ownership.IsInherited(parent));
        if (time is { } given)
        {
            Inodes.SetTimes(made, given);
        }
    }

    private void CopyUp(string path)
    {
        var missing = new Stack<string>();
        for (; path.Length > 0 && !FileStatuses.TryGet(Upper, path, out _); path = ScopedPath.Parent(path))
        {
            missing.Push(path);
        }

        foreach (var next in missing)
        {
            CopyUpOne(next);
        }
    }

    // As the kernel does it: the same attributes and times, and the directory that holds it does not look changed.
    private void CopyUpOne(string path)
    {
        using var parent = SourceLookup.OpenDirectory(Upper, ScopedPath.Parent(path));
        using var original = SourceLookup.OpenDirectory(Lower!, path);
        var status = FileStatuses.Get(original);
        var parentTime = FileStatuses.Get(parent).Modified;
        Inodes.MakeDirectory(parent, ScopedPath.Name(path), status.Permissions & 0b111_111_111);
        using (var made = SourceLookup.OpenDirectory(parent, ScopedPath.Name(path)))
        {
            Ownership.Give(made, status.Permissions, status.Uid, status.Gid, Ownership.IsInherited(parent));
            FileAttributeSet.Read(original).ApplyTo(made);
            Inodes.SetTimes(made, status.Modified);
        }

        Inodes.SetTimes(parent, parentTime);
    }
}
