using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>
/// Mounts that hang nowhere: each is reached only through its descriptor, and is unmounted when that is closed
/// (unless it was attached meanwhile). They never appear in a mount table, so nothing leaks when we are killed.
/// </summary>
public static unsafe partial class DetachedMounts
{
    /// <summary>The number of lower directories that overlayfs takes (OVL_MAX_STACK).</summary>
    public const int MaximumLowers = 500;

    private const int OpenTree = 428;
    private const int MountSetattr = 442;
    private const uint CloneFlag = 1; // OPEN_TREE_CLONE
    private const uint CloseOnExec = 0x80000; // OPEN_TREE_CLOEXEC
    private const uint RecursiveFlag = 0x8000; // AT_RECURSIVE
    private const uint EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW

    /// <summary>Mounts an overlay; without an upper directory it is read-only.</summary>
    /// <exception cref="SyscallException">The kernel refused; its own words are in the message.</exception>
    /// <exception cref="ArgumentException">No lower directory, or more than <see cref="MaximumLowers"/>.</exception>
    public static SafeFileHandle Overlay(OverlayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.LowerTopFirst.Length is 0 or > MaximumLowers)
        {
            throw new ArgumentException(
                $"an overlay takes 1 to {MaximumLowers} lower directories, not {options.LowerTopFirst.Length}", nameof(options));
        }

        if (options.Upper is not null && options.Work is null)
        {
            throw new ArgumentException("an upper directory needs a work directory", nameof(options));
        }

        using var references = new PathReferences();
        using var context = FileSystemContext.Open("overlay");
        return OverlayBuilder.TryAppendLowers(context, references, options)
            ? OverlayBuilder.Complete(context, references, options)
            : OverlayBuilder.FromLowerString(references, options);
    }

    /// <summary>Mounts an empty tmpfs.</summary>
    /// <param name="size">The limit as the kernel takes it (<c>64m</c>, <c>50%</c>); null for the kernel's default of half the memory.</param>
    /// <param name="mode">The permissions of its root directory.</param>
    /// <param name="allowsDevices">Whether device files in it can be opened.</param>
    public static SafeFileHandle Tmpfs(string? size, int mode, bool allowsDevices = false)
    {
        using var context = FileSystemContext.Open("tmpfs");
        context.Set("mode", Convert.ToString(mode, 8));
        if (size is not null)
        {
            context.Set("size", size);
        }

        return context.Create(MountAttributes.NoSetId | (allowsDevices ? MountAttributes.None : MountAttributes.NoDevices));
    }

    /// <summary>Mounts a devpts of its own: terminals that no other instance sees.</summary>
    /// <param name="terminalGroup">The group of its terminals (5 is <c>tty</c>); null where that id means nothing.</param>
    public static SafeFileHandle Terminals(uint? terminalGroup)
    {
        using var context = FileSystemContext.Open("devpts");
        context.TrySetFlag("newinstance"); // the default since kernel 4.7
        context.Set("ptmxmode", "0666");
        context.Set("mode", "0620");
        if (terminalGroup is { } group)
        {
            context.Set("gid", group.ToString(CultureInfo.InvariantCulture));
        }

        return context.Create(MountAttributes.NoSetId | MountAttributes.NoExecute);
    }

    /// <summary>A second mount of what is seen at an absolute path, as <c>mount --bind</c>; links are followed.</summary>
    public static SafeFileHandle CloneTree(string path, bool recursive)
    {
        var tree = open_tree(OpenTree, Descriptors.CurrentDirectory, path, Flags(recursive));
        Errno.ThrowIfFailed(tree, "open_tree", path);
        return new SafeFileHandle((nint)tree, ownsHandle: true);
    }

    /// <summary>A second mount of <paramref name="path"/> below <paramref name="directory"/>, or of that directory itself when it is empty.</summary>
    /// <remarks>Before kernel 6.15 the source must lie in a mount of this process's namespace, not in a detached one.</remarks>
    public static SafeFileHandle CloneTree(SafeFileHandle directory, string path, bool recursive) =>
        TryCloneTree(directory, path, recursive, out var errno) ?? throw new SyscallException("open_tree", errno, path);

    /// <summary>As <see cref="CloneTree(SafeFileHandle, string, bool)"/>, but returns null and the error number when the kernel refuses.</summary>
    public static SafeFileHandle? TryCloneTree(SafeFileHandle directory, string path, bool recursive, out int errno)
    {
        ArgumentNullException.ThrowIfNull(path);
        var flags = Flags(recursive) | NoFollow | (path.Length == 0 ? EmptyPath : 0);
        var tree = open_tree(OpenTree, directory, path, flags);
        errno = tree < 0 ? Marshal.GetLastPInvokeError() : 0;
        return tree < 0 ? null : new SafeFileHandle((nint)tree, ownsHandle: true);
    }

    /// <summary>Adds attributes to a mount.</summary>
    public static void SetAttributes(SafeFileHandle mount, MountAttributes attributes)
    {
        ReadOnlySpan<ulong> change = [(ulong)attributes, 0, 0, 0]; // struct mount_attr
        fixed (ulong* start = change)
        {
            Errno.ThrowIfFailed(mount_setattr(MountSetattr, mount, "", EmptyPath, start, 4 * sizeof(ulong)), "mount_setattr", null);
        }
    }

    private static uint Flags(bool recursive) => CloneFlag | CloseOnExec | (recursive ? RecursiveFlag : 0);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial long open_tree(long number, int directory, string path, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial long open_tree(long number, SafeFileHandle directory, string path, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial long mount_setattr(long number, SafeFileHandle mount, string path, uint flags, ulong* change, nuint size);
}

/// <summary>What an overlay is made of.</summary>
/// <param name="LowerTopFirst">The read-only directories, the uppermost first.</param>
/// <param name="Upper">The directory that takes the changes; null for a read-only overlay.</param>
/// <param name="Work">An empty directory on the file system of <paramref name="Upper"/>; null without one.</param>
/// <param name="UserXattr">Keep overlayfs' marks in <c>user.overlay.*</c>, the only ones that root of a user namespace may write.</param>
/// <param name="Volatile">
/// Never sync the upper directory, not even when unmounting (54 ms a step with 100 MB of dirty pages, measured).
/// The kernel then refuses the same work directory a second time until <c>work/incompat/volatile</c> is removed.
/// </param>
public sealed record OverlayOptions(ImmutableArray<string> LowerTopFirst, string? Upper, string? Work, bool UserXattr, bool Volatile = true);
