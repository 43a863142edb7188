using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux.Programs;

/// <summary>The executable file of the program that becomes a container, and the code that starts it, mapped from the same file.</summary>
/// <remarks>
/// A container can name <c>/proc/self/exe</c> as its command, and then gets a handle on the file that its first process was before. That
/// must be no file of the host (CVE-2019-5736): this one is in memory, has no name, and is sealed.
/// </remarks>
internal sealed unsafe partial class ProgramImage
{
    private const int ReadAndExecute = 5; // PROT_READ | PROT_EXEC
    private const int Private = 2; // MAP_PRIVATE
    private const int Executable = 0b101_101_101;

    private static readonly Lock Gate = new();
    private static ProgramImage? current;

    private ProgramImage(SafeFileHandle file, void* starter, bool isInMemory)
    {
        File = file;
        Starter = (delegate* unmanaged<void*, nuint, void*, long>)starter;
        IsInMemory = isInMemory;
    }

    /// <summary>The file to execute.</summary>
    public SafeFileHandle File { get; }

    /// <summary>The code to call: clone arguments, their size, and the starter's state.</summary>
    public delegate* unmanaged<void*, nuint, void*, long> Starter { get; }

    /// <summary>Whether <see cref="File"/> is a file of memfd_create(2), rather than one that was made for hosts which do not execute such.</summary>
    public bool IsInMemory { get; }

    /// <summary>The one image of this process, made at the first call.</summary>
    /// <exception cref="SyscallException">The host executes no file of ours.</exception>
    public static ProgramImage Get()
    {
        lock (Gate)
        {
            return current ??= (TryMakeInMemory() is { } file ? TryMap(file, isInMemory: true, out _) : null) ?? MapFile();
        }
    }

    /// <summary>The image to use after the kernel refused to execute <paramref name="refused"/>; null when there is no other.</summary>
    public static ProgramImage? GetInsteadOf(ProgramImage refused)
    {
        lock (Gate)
        {
            return !refused.IsInMemory ? null : current is { IsInMemory: false } other ? other : current = MapFile();
        }
    }

    private static (byte[] Content, int StarterOffset) Content
    {
        get
        {
            var code = MachineCode.Current ?? throw new PlatformNotSupportedException("there is no machine code for this processor");
            return ElfFile.Write(code.ElfMachine, code.Interpreter, code.Starter);
        }
    }

    private static SafeFileHandle? TryMakeInMemory()
    {
        var file = Pipes.TryMakeExecutableFile("container-start");
        if (file is not null)
        {
            RandomAccess.Write(file, Content.Content, 0);
            Pipes.Seal(file);
        }

        return file;
    }

    private static ProgramImage MapFile()
    {
        var errno = 0;
        foreach (var file in MakeFiles())
        {
            if (TryMap(file, isInMemory: false, out errno) is { } image)
            {
                return image;
            }

            file.Dispose();
        }

        throw new SyscallException("mmap", errno == 0 ? Errno.EACCES : errno, "a file to start containers from");
    }

    // The temporary ones are for an ordinary user: no container starts from them, only sharpbuild itself, as root of a user namespace.
    private static IEnumerable<SafeFileHandle> MakeFiles()
    {
        if (TryMakeOnPrivateMount() is { } hidden)
        {
            yield return hidden;
            yield break;
        }

        foreach (var directory in (string?[])[System.Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), Path.GetTempPath(), "/var/tmp"])
        {
            if (directory is { Length: > 0 } && TryMakeTemporary(directory) is { } file)
            {
                yield return file;
            }
        }
    }

    // A file system of its own that nobody else sees, read-only from then on: a handle on the file is of no use to anybody.
    private static SafeFileHandle? TryMakeOnPrivateMount()
    {
        const string name = "start";
        try
        {
            using var mount = DetachedMounts.Tmpfs("64k", Executable);
            using (var file = Descriptors.OpenAt(mount, name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, ResolveFlags.Beneath, Executable))
            {
                RandomAccess.Write(file, Content.Content, 0);
                Inodes.ChangeMode(mount, name, Executable);
            }

            DetachedMounts.SetAttributes(mount, MountAttributes.ReadOnly | MountAttributes.NoSetId | MountAttributes.NoDevices);
            return Descriptors.OpenAt(mount, name, OpenFlags.ReadOnly, ResolveFlags.Beneath);
        }
        catch (SyscallException)
        {
            return null;
        }
    }

    private static SafeFileHandle? TryMakeTemporary(string directory)
    {
        using var writable = Descriptors.TryOpen(directory, OpenFlags.ReadWrite | OpenFlags.Nameless, out _, 0b111_000_000);
        if (writable is null)
        {
            return null;
        }

        RandomAccess.Write(writable, Content.Content, 0);

        // Opened anew, because the kernel does not execute what somebody has open for writing.
        return Descriptors.Open($"/proc/self/fd/{writable.DangerousGetHandle()}", OpenFlags.ReadOnly);
    }

    // Mapping it for execution asks the kernel the same as executing it, but for what a security module thinks of each.
    private static ProgramImage? TryMap(SafeFileHandle file, bool isInMemory, out int errno)
    {
        var (content, starter) = Content;
        var start = mmap(null, (nuint)content.Length, ReadAndExecute, Private, file, 0);
        errno = start == (void*)-1 ? Marshal.GetLastPInvokeError() : 0;
        return errno == 0 ? new(file, (byte*)start + starter, isInMemory) : null;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial void* mmap(void* address, nuint length, int protection, int flags, SafeFileHandle file, nint offset);
}
