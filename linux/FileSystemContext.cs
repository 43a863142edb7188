using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>The making of a mount by fsopen(2), fsconfig(2) and fsmount(2), with the kernel's own words on a refusal.</summary>
internal sealed unsafe partial class FileSystemContext : IDisposable
{
    /// <summary>fsconfig(2) takes strings of 256 bytes, the closing zero included.</summary>
    public const int MaximumValueLength = 255;

    private const int Fsopen = 430;
    private const int Fsconfig = 431;
    private const int Fsmount = 432;
    private const int SetFlagCommand = 0;
    private const int SetStringCommand = 1;
    private const int CreateCommand = 6;

    private readonly SafeFileHandle handle;
    private readonly string type;
    private string? message;

    private FileSystemContext(SafeFileHandle handle, string type)
    {
        this.handle = handle;
        this.type = type;
    }

    /// <summary>Whether the kernel gave a reason for its last refusal: then the option is known, and its value is at fault.</summary>
    public bool HasMessage => (message ??= ReadMessage()).Length > 0;

    public static FileSystemContext Open(string type)
    {
        var context = fsopen(Fsopen, type, 1);
        Errno.ThrowIfFailed(context, "fsopen", type);
        return new FileSystemContext(new SafeFileHandle((nint)context, ownsHandle: true), type);
    }

    public void Set(string key, string value)
    {
        if (!TrySet(key, value, out var errno))
        {
            throw Refusal("fsconfig", errno, $"{key}={value}");
        }
    }

    public bool TrySet(string key, string value, out int errno) => Configure(SetStringCommand, key, value, out errno);

    public void SetFlag(string key)
    {
        if (!Configure(SetFlagCommand, key, null, out var errno))
        {
            throw Refusal("fsconfig", errno, key);
        }
    }

    public bool TrySetFlag(string key) => Configure(SetFlagCommand, key, null, out _);

    public SafeFileHandle Create(MountAttributes attributes)
    {
        if (!Configure(CreateCommand, null, null, out var errno))
        {
            throw Refusal("fsconfig", errno, null);
        }

        var mount = fsmount(Fsmount, handle, 1, (uint)attributes);
        return mount < 0
            ? throw Refusal("fsmount", Marshal.GetLastPInvokeError(), null)
            : new SafeFileHandle((nint)mount, ownsHandle: true);
    }

    public SyscallException Refusal(string call, int errno, string? subject)
    {
        var words = message ??= ReadMessage();
        return new SyscallException(call, errno, (subject is null ? type : $"{type} {subject}") + (words.Length == 0 ? "" : $" ({words})"));
    }

    public void Dispose() => handle.Dispose();

    private bool Configure(int command, string? key, string? value, out int errno)
    {
        message = null;
        errno = fsconfig(Fsconfig, handle, command, key, value, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
        return errno == 0;
    }

    // Each read takes one line, "e " before an error and "w " before a warning; ENODATA when there is none left.
    private string ReadMessage()
    {
        var text = new StringBuilder();
        var buffer = stackalloc byte[512];
        for (var length = read(handle, buffer, 512); length > 2; length = read(handle, buffer, 512))
        {
            var line = Encoding.UTF8.GetString(buffer + 2, (int)length - 2).TrimEnd('\n', '\0');
            text.Append(text.Length == 0 ? "" : "; ").Append(line);
        }

        return text.ToString();
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial long fsopen(long number, string type, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshallingCustomType = typeof(FileNameMarshaller))]
    private static partial long fsconfig(long number, SafeFileHandle context, int command, string? key, string? value, int auxiliary);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long fsmount(long number, SafeFileHandle context, uint flags, uint attributes);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeFileHandle handle, byte* buffer, nint size);
}
