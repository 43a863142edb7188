using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SharpBuild.Linux;
using SharpBuild.Linux.Programs;
using SharpBuild.Runtime.Planning;
using SharpBuild.Runtime.Seccomp;

namespace SharpBuild.Runtime.Starting;

/// <content>What the process itself becomes.</content>
internal sealed partial class ProgramWriter
{
    private void WriteLoopback()
    {
        var request = new byte[40]; // struct ifreq: a name of 16 bytes, then the flags
        "lo"u8.CopyTo(request);
        MemoryMarshal.Write(request.AsSpan(16), (short)0x41); // IFF_UP | IFF_RUNNING
        var socket = program.Add(SyscallNumber.Socket, "the loopback interface", 2, 0x80002); // AF_INET, SOCK_DGRAM | SOCK_CLOEXEC
        program.Add(SyscallNumber.Ioctl, "the loopback interface", socket, 0x8914, program.Values<byte>(request)); // SIOCSIFFLAGS
    }

    private void WriteSession()
    {
        program.Add(SyscallNumber.Setsid, null);

        // Where the host allows no more keys, the filter still keeps the sandbox from those of the launcher.
        program.Add(SyscallNumber.Keyctl, null, 1); // KEYCTL_JOIN_SESSION_KEYRING, a new one
        program.Tolerate();
    }

    private void WriteHostname(string name) =>
        program.Add(SyscallNumber.Sethostname, name, program.Text(name), Encoding.UTF8.GetByteCount(name));

    private void WriteLimit(SetLimit limit)
    {
        var values = program.Values<ulong>([(ulong)limit.Soft, (ulong)limit.Hard]); // -1 is RLIM_INFINITY
        program.Add(SyscallNumber.Prlimit64, $"ulimit {limit.Name}", 0, limit.Resource, values);
    }

    private void WriteTerminal()
    {
        Operand peer = descriptors.TerminalPeer!;
        program.Add(SyscallNumber.Ioctl, "the terminal", peer, 0x540E, 0); // TIOCSCTTY
        program.Duplicate(peer, 0);
        program.Duplicate(peer, 1);
        program.Duplicate(peer, 2);
    }

    private void WriteInput(SandboxInput input)
    {
        switch (input)
        {
            case SandboxInput.Empty: // the sandbox's own, whatever a volume of the image has put on /dev
                program.Duplicate(program.OpenInside(dev, "null", (long)OpenFlags.ReadOnly), 0);
                break;
            case SandboxInput.Pipe:
                program.Duplicate(descriptors.Input!, 0);
                break;
        }
    }

    private void WriteOutputs()
    {
        program.Duplicate(descriptors.Output!, 1);
        program.Duplicate(descriptors.Error!, 2);
    }

    private void WriteBoundingSet(LimitCapabilities limit)
    {
        for (var number = 0; number <= limit.Last; number++)
        {
            if (((ulong)limit.Keep & (1UL << number)) == 0)
            {
                program.Control(24, number, subject: "the bounding set"); // PR_CAPBSET_DROP
            }
        }
    }

    private void WriteFilter()
    {
        var instructions = DefaultFilter.Instructions.AsSpan();
        var filter = program.Words(instructions.Length, program.Values(instructions)); // struct sock_fprog
        program.Add(SyscallNumber.Seccomp, "the default filter", 1, 0, filter); // SECCOMP_SET_MODE_FILTER
    }

    private void WriteUser(BecomeUser user)
    {
        if (user.KeepCapabilities)
        {
            program.Control(8, 1); // PR_SET_KEEPCAPS
        }

        if (user.CanSetGroups)
        {
            program.Add(SyscallNumber.Setgroups, null, user.Groups.Length, program.Values(user.Groups.AsSpan()));
        }

        var subject = string.Create(CultureInfo.InvariantCulture, $"user {user.Uid}:{user.Gid}");
        program.Add(SyscallNumber.Setresgid, subject, user.Gid, user.Gid, user.Gid);
        program.Add(SyscallNumber.Setresuid, subject, user.Uid, user.Uid, user.Uid);
    }

    private void WriteCapabilities(SetCapabilities set)
    {
        var header = program.Values<uint>([0x20080522, 0]); // _LINUX_CAPABILITY_VERSION_3, this process
        var (effective, inheritable) = ((ulong)set.Effective, (ulong)set.Inheritable);
        var sets = program.Values<uint>(
        [
            (uint)effective, (uint)effective, (uint)inheritable,
            (uint)(effective >> 32), (uint)(effective >> 32), (uint)(inheritable >> 32),
        ]);
        program.Add(SyscallNumber.Capset, null, header, sets);
        for (var number = 0; number < 64 && inheritable >> number != 0; number++)
        {
            if ((inheritable & (1UL << number)) != 0)
            {
                program.Control(47, 2, number, "an ambient capability"); // PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE
            }
        }
    }

    private void WriteExecute(Execute execute)
    {
        program.ResetSignals();
        program.CloseAtExec(3);
        program.UnblockSignals();
        var arguments = program.TextArray(execute.Arguments);
        var environment = program.TextArray(execute.Environment);
        for (var index = 0; index < execute.Paths.Length; index++)
        {
            program.Execute(execute.Paths[index], arguments, environment);

            // What is not there, or is there but may not be executed, may be further down the PATH.
            if (index < execute.Paths.Length - 1)
            {
                program.Tolerate(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES, Errno.EPERM, Errno.ELOOP);
            }
        }
    }
}
