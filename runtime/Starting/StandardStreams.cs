using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;
using SharpBuild.Runtime.Roots;

namespace SharpBuild.Runtime.Starting;

/// <summary>The caller's ends of a sandbox's standard streams.</summary>
internal sealed class StandardStreams : IDisposable
{
    private const uint TerminalGroup = 5;

    public Stream? Input { get; private set; }

    public Stream? Output { get; private set; }

    public Stream? Error { get; private set; }

    public SandboxTerminal? Terminal { get; private set; }

    /// <summary>Opens what is asked for; the child's ends go to <paramref name="descriptors"/>.</summary>
    public void Open(SandboxStdio stdio, ResolvedUser user, HostSupport host, SandboxDescriptors descriptors)
    {
        switch (stdio)
        {
            case PipedStdio pipes:
                (Output, descriptors.Output) = OpenOutput(user);
                (Error, descriptors.Error) = OpenOutput(user);
                if (pipes.Input == SandboxInput.Pipe)
                {
                    (descriptors.Input, var writer) = Pipes.Create();
                    Own(descriptors.Input, user);
                    Input = new DescriptorStream(writer, FileAccess.Write);
                }

                break;
            case TerminalStdio terminal:
                OpenTerminal(terminal, user, host, descriptors);
                break;
        }
    }

    public void Dispose()
    {
        Input?.Dispose();
        Output?.Dispose();
        Error?.Dispose();
        Terminal?.Dispose();
    }

    private static (Stream Reader, SafeFileHandle Writer) OpenOutput(ResolvedUser user)
    {
        var (reader, writer) = Pipes.Create();
        Own(writer, user);
        return (new DescriptorStream(reader, FileAccess.Read), writer);
    }

    private void OpenTerminal(TerminalStdio terminal, ResolvedUser user, HostSupport host, SandboxDescriptors descriptors)
    {
        uint? group = host.HasTerminalGroup ? TerminalGroup : null;
        descriptors.Terminals = DetachedMounts.Terminals(group);
        var (master, peer) = Terminals.OpenPair(descriptors.Terminals);
        descriptors.TerminalPeer = peer;
        Terminals.SetWindowSize(peer, terminal.Columns, terminal.Rows);
        if (user.Uid != 0)
        {
            Inodes.ChangeOwner(peer, user.Uid, group ?? 0);
        }

        Terminal = new SandboxTerminal(master, new DescriptorStream(master, FileAccess.ReadWrite));
    }

    // Opening /dev/stdout opens the pipe anew, and asks its permissions.
    private static void Own(SafeFileHandle pipe, ResolvedUser user)
    {
        if (user.Uid != 0)
        {
            Inodes.ChangeOwner(pipe, user.Uid, user.Gid);
        }
    }
}
