using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Runtime.Roots;

/// <summary>
/// The directories and files that a start had to make in a root to mount something on. When they are released they
/// vanish again, and their parents get their times back, so that a layer does not show what was mounted (spec 1.10).
/// </summary>
internal sealed class MountPoints(SafeFileHandle root) : IDisposable
{
    private readonly List<Stub> stubs = [];

    // Its own, so that a caller may close the root before the sandbox has been disposed of.
    private readonly SafeFileHandle root = Descriptors.Duplicate(root);

    /// <summary>Makes sure that there is something to mount on, and remembers what was made.</summary>
    public void Ensure(string path, bool isDirectory) => Make(path, isDirectory, 0, 0, stubs);

    /// <summary>Makes sure that there is a directory, which stays, with its parents.</summary>
    public void EnsureForGood(string path, uint uid, uint gid) => Make(path, isDirectory: true, uid, gid, null);

    /// <summary>Removes what was made, the last first; what the command wrote into stays.</summary>
    public void Dispose()
    {
        for (var index = stubs.Count - 1; index >= 0; index--)
        {
            Release(stubs[index]);
        }

        stubs.Clear();
        root.Dispose();
    }

    private void Make(string path, bool isDirectory, uint uid, uint gid, List<Stub>? made)
    {
        using (var existing = Descriptors.TryOpenAt(
            root, path.TrimStart('/'), OpenFlags.PathOnly, ResolveFlags.InRoot | ResolveFlags.NoMagicLinks, 0, out var errno))
        {
            if (existing is not null)
            {
                Check(existing, path, isDirectory);
                if (made is not null && RootPaths.Resolve(root, path).Length == 0)
                {
                    throw new SandboxException($"'{path}' leads to the root directory, on which nothing can be mounted") { Code = SandboxException.BadSpecification };
                }

                return;
            }

            if (errno != Errno.ENOENT)
            {
                var refusal = new SyscallException("openat2", errno, path);
                throw new SandboxException($"'{path}' cannot be mounted on: {refusal.Reason}", refusal)
                {
                    Code = SandboxException.BadSpecification,
                };
            }
        }

        MakeMissing(RootPaths.Resolve(root, path).Split('/'), isDirectory, uid, gid, made);
    }

    private static void Check(SafeFileHandle existing, string path, bool isDirectory)
    {
        if ((FileStatuses.Get(existing).Kind == FileKind.Directory) != isDirectory)
        {
            var (found, wanted) = isDirectory ? ("no directory", "a directory") : ("a directory", "a file");
            throw new SandboxException($"'{path}' is {found}, but {wanted} is wanted there")
            {
                Code = SandboxException.BadSpecification,
            };
        }
    }

    private void MakeMissing(string[] names, bool isDirectory, uint uid, uint gid, List<Stub>? made)
    {
        for (var index = 0; index < names.Length; index++)
        {
            var parentPath = string.Join('/', names[..index]);
            using var parent = RootPaths.TryOpenDirectory(root, parentPath)
                ?? throw new SandboxException($"'/{parentPath}' is not a directory") { Code = SandboxException.BadSpecification };
            if (FileStatuses.TryGet(parent, names[index], out _))
            {
                continue;
            }

            var before = FileStatuses.Get(parent).Modified;
            var asDirectory = isDirectory || index < names.Length - 1;
            MakeOne(parent, names[index], asDirectory, uid, gid);
            made?.Add(new(parentPath, names[index], asDirectory, before, FileStatuses.Get(parent).Modified));
        }
    }

    private static void MakeOne(SafeFileHandle parent, string name, bool asDirectory, uint uid, uint gid)
    {
        if (!asDirectory)
        {
            Inodes.MakeNode(parent, name, FileKind.Regular, 0b110_100_100);
            return;
        }

        Inodes.MakeDirectory(parent, name, 0b111_101_101);

        // The umask of the caller must not show in a layer.
        Inodes.ChangeMode(parent, name, 0b111_101_101);
        if (uid != 0 || gid != 0)
        {
            Inodes.ChangeOwner(parent, name, uid, gid);
        }
    }

    private void Release(Stub stub)
    {
        using var parent = RootPaths.TryOpenDirectory(root, stub.Parent);
        if (parent is null || !FileStatuses.TryGet(parent, stub.Name, out var status) || !stub.IsUntouched(status))
        {
            return;
        }

        var untouched = FileStatuses.Get(parent).Modified == stub.After;
        if (TryRemove(parent, stub) && untouched)
        {
            Inodes.SetTimes(parent, ".", stub.Before);
        }
    }

    private static bool TryRemove(SafeFileHandle parent, Stub stub)
    {
        try
        {
            return stub.IsDirectory ? Inodes.RemoveDirectory(parent, stub.Name) : Inodes.Remove(parent, stub.Name);
        }
        catch (SyscallException refusal) when (refusal.Errno is Errno.ENOTEMPTY or Errno.EEXIST)
        {
            return false; // the command put something in: it belongs to the layer now
        }
    }

    private sealed record Stub(string Parent, string Name, bool IsDirectory, FileTime Before, FileTime After)
    {
        public bool IsUntouched(in FileStatus status) =>
            IsDirectory ? status.Kind == FileKind.Directory : status.Kind == FileKind.Regular && status.Size == 0;
    }
}
