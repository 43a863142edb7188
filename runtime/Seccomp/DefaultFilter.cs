using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using SharpBuild.Linux.Seccomp;

namespace SharpBuild.Runtime.Seccomp;

/// <summary>The filter of system calls that every sandbox gets by default.</summary>
internal static class DefaultFilter
{
    private const int PermissionDenied = 1; // EPERM
    private const int NotImplemented = 38; // ENOSYS
    private const uint X64 = 0xC000_003E; // AUDIT_ARCH_X86_64
    private const uint X86 = 0x4000_0003; // AUDIT_ARCH_I386

    // CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.
    private const uint NamespaceFlags = 0x7E02_0000;

    private static readonly Lazy<ImmutableArray<BpfInstruction>> Compiled = new(Compile);

    // Every family but the dead ones, AF_ALG (38) and AF_VSOCK (40), which lead to the host.
    private static readonly ImmutableArray<uint> SocketFamilies =
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 21, 22, 24, 26, 27, 28, 29, 30, 31, 32, 33, 35, 36, 39,
        41, 42, 43, 44, 45,
    ];

    // PER_LINUX, PER_LINUX32, UNAME26 with each, and the question for the current one.
    private static readonly ImmutableArray<uint> Personalities = [0, 8, 0x2_0000, 0x2_0008, 0xFFFF_FFFF];

    /// <summary>The compiled filter; made once.</summary>
    public static ImmutableArray<BpfInstruction> Instructions => Compiled.Value;

    private static ImmutableArray<BpfInstruction> Compile()
    {
        var x64 = new Dictionary<uint, SeccompRule>(400);
        var x86 = new Dictionary<uint, SeccompRule>(400);
        var x32 = new Dictionary<uint, SeccompRule>(400);
        foreach (var range in DefaultSyscalls.Table.SplitAny(";\n"u8))
        {
            AddEntry(DefaultSyscalls.Table[range].Trim(" "u8), x64, x86, x32);
        }

        var otherwise = SeccompRule.Fail(PermissionDenied);
        return SeccompCompiler.Compile(new(X64, x64, otherwise, x32), new SeccompArchitecture(X86, x86, otherwise));
    }

    private static void AddEntry(
        ReadOnlySpan<byte> entry,
        Dictionary<uint, SeccompRule> x64,
        Dictionary<uint, SeccompRule> x86,
        Dictionary<uint, SeccompRule> x32)
    {
        if (entry.IsEmpty)
        {
            return;
        }

        Span<Range> fields = stackalloc Range[4];
        var count = Split(entry, fields);
        var rule = RuleFor(entry[fields[0]]);
        AddNumber(x64, entry[fields[1]], rule);
        AddNumber(x86, entry[fields[2]], rule);
        AddNumber(x32, entry[fields[count == 4 ? 3 : 1]], rule);
    }

    private static int Split(ReadOnlySpan<byte> entry, Span<Range> fields)
    {
        var count = 0;
        foreach (var field in entry.Split((byte)' '))
        {
            fields[count++] = field;
        }

        return count;
    }

    private static void AddNumber(Dictionary<uint, SeccompRule> rules, ReadOnlySpan<byte> number, SeccompRule rule)
    {
        if (Utf8Parser.TryParse(number, out uint value, out _))
        {
            rules.Add(value, rule);
        }
    }

    private static SeccompRule RuleFor(ReadOnlySpan<byte> name)
    {
        var denied = SeccompRule.Fail(PermissionDenied);
        return Encoding.ASCII.GetString(name) switch
        {
            "socket" => new ArgumentRule(0, SocketFamilies, denied),
            "personality" => new ArgumentRule(0, Personalities, denied),
            "clone" => new BitsRule(0, NamespaceFlags, denied),

            // Its flags lie in memory, where a filter cannot look; libc then falls back to clone.
            "clone3" => SeccompRule.Fail(NotImplemented),
            _ => SeccompRule.Allow,
        };
    }
}
