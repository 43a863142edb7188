using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Runtime.Starting;

/// <summary>Files of one sandbox in a file system in memory that nobody else sees; gone with the last mount of them.</summary>
internal sealed class InMemoryFiles
{
    private int count;

    // Device files can be opened here: where each file is shown says what may be done with it.
    public SafeFileHandle Root { get; } = DetachedMounts.Tmpfs(size: null, mode: 0b111_000_000, allowsDevices: true);

    /// <summary>Writes a file; the result is its number, which is its name.</summary>
    public int Add(ReadOnlySpan<byte> content, int mode, uint uid, uint gid)
    {
        var name = count.ToString(CultureInfo.InvariantCulture);
        using var file = Descriptors.OpenAt(
            Root, name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive, ResolveFlags.Beneath, 0b110_000_000);
        RandomAccess.Write(file, content, 0);
        SetAccess(name, mode, uid, gid);
        return count++;
    }

    /// <summary>Makes a device file; the result is its number, which is its name, or -1 where we may not.</summary>
    public int AddDevice(DeviceFile device)
    {
        var name = count.ToString(CultureInfo.InvariantCulture);
        try
        {
            Inodes.MakeNode(Root, name, device.Kind, device.Mode, device.Major, device.Minor);
        }
        catch (SyscallException refusal) when (refusal.Errno == Errno.EPERM)
        {
            return -1;
        }

        SetAccess(name, device.Mode, device.Uid, device.Gid);
        return count++;
    }

    /// <summary>Makes a socket that listens; the result is its number, which is its name.</summary>
    public int Listen(out Socket listener, int mode, uint uid, uint gid)
    {
        var name = count.ToString(CultureInfo.InvariantCulture);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new DescriptorEndPoint(Root, name));
            SetAccess(name, mode, uid, gid);
            socket.Listen();
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        listener = socket;
        return count++;
    }

    private void SetAccess(string name, int mode, uint uid, uint gid)
    {
        if (uid != 0 || gid != 0)
        {
            Inodes.ChangeOwner(Root, name, uid, gid);
        }

        Inodes.ChangeMode(Root, name, mode);
    }

    // The file system has no path, so it is named by its descriptor. A type of our own, because a socket that was bound to
    // .NET's removes that path again when it is closed, and the number may be another directory's by then.
    private sealed class DescriptorEndPoint(SafeFileHandle directory, string name) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Unix;

        public override SocketAddress Serialize() =>
            new UnixDomainSocketEndPoint($"/proc/self/fd/{directory.DangerousGetHandle()}/{name}").Serialize();

        public override EndPoint Create(SocketAddress socketAddress) => this;
    }
}
