using SharpBuild.Linux.Seccomp;
using SharpBuild.Runtime.Seccomp;
using Xunit;

namespace SharpBuild.UnitTests.Runtime;

public sealed class DefaultFilterTests
{
    private const uint X64 = 0xC000003E;
    private const uint X86 = 0x40000003;
    private const uint X32Bit = 0x40000000;
    private const uint Allow = 0x7fff0000;
    private const uint PermissionDenied = 0x00050001;
    private const uint NotImplemented = 0x00050026;
    private const uint Kill = 0x80000000;

    [Theory]
    [InlineData(X64, 0u, Allow)] // read
    [InlineData(X64, 59u, Allow)] // execve
    [InlineData(X64, 161u, Allow)] // chroot, a default capability
    [InlineData(X64, 101u, Allow)] // ptrace
    [InlineData(X64, 165u, PermissionDenied)] // mount
    [InlineData(X64, 272u, PermissionDenied)] // unshare
    [InlineData(X64, 321u, PermissionDenied)] // bpf
    [InlineData(X64, 425u, PermissionDenied)] // io_uring_setup
    [InlineData(X64, 435u, NotImplemented)] // clone3
    [InlineData(X64, 9999u, PermissionDenied)]
    [InlineData(X64, 0x3fffffffu, PermissionDenied)]
    [InlineData(X64, X32Bit | 0u, Allow)]
    [InlineData(X64, X32Bit | 520u, Allow)] // x32 execve
    [InlineData(X64, X32Bit | 59u, PermissionDenied)] // no x32 number
    [InlineData(X64, X32Bit | 528u, PermissionDenied)] // x32 kexec_load
    [InlineData(X64, 520u, PermissionDenied)]
    [InlineData(X64, 0xffffffffu, PermissionDenied)]
    [InlineData(X86, 3u, Allow)] // read
    [InlineData(X86, 102u, Allow)] // socketcall
    [InlineData(X86, 21u, PermissionDenied)] // mount
    [InlineData(X86, 435u, NotImplemented)]
    [InlineData(0xC00000B7u, 0u, Kill)] // arm64
    public void A_call_gets_its_verdict(uint architecture, uint number, uint verdict) =>
        Assert.Equal(verdict, Run(architecture, number, 0));

    [Theory]
    [InlineData(41u, 1u, Allow)] // socket(AF_UNIX)
    [InlineData(41u, 16u, Allow)] // AF_NETLINK
    [InlineData(41u, 38u, PermissionDenied)] // AF_ALG
    [InlineData(41u, 40u, PermissionDenied)] // AF_VSOCK
    [InlineData(41u, 45u, Allow)]
    [InlineData(41u, 46u, PermissionDenied)]
    [InlineData(135u, 0u, Allow)] // personality
    [InlineData(135u, 0x0040000u, PermissionDenied)] // ADDR_NO_RANDOMIZE
    [InlineData(135u, 0xffffffffu, Allow)]
    [InlineData(56u, 0x11u, Allow)] // clone(SIGCHLD)
    [InlineData(56u, 0x10000011u, PermissionDenied)] // clone(CLONE_NEWUSER)
    [InlineData(56u, 0x00020000u, PermissionDenied)] // clone(CLONE_NEWNS)
    public void A_verdict_may_depend_on_the_first_argument(uint number, uint argument, uint verdict) =>
        Assert.Equal(verdict, Run(X64, number, argument));

    [Fact]
    public void It_is_a_tree_and_not_a_list()
    {
        var longest = Enumerable.Range(0, 500).Max(number => Steps(X64, (uint)number));

        Assert.InRange(DefaultFilter.Instructions.Length, 300, 1000);
        Assert.InRange(longest, 1, 30);
    }

    private static uint Run(uint architecture, uint number, uint argument) => Interpret(architecture, number, argument).Verdict;

    private static int Steps(uint architecture, uint number) => Interpret(architecture, number, 0).Steps;

    // What the kernel's interpreter does, for the instructions that we use.
    private static (uint Verdict, int Steps) Interpret(uint architecture, uint number, uint argument)
    {
        var code = DefaultFilter.Instructions;
        var (position, accumulator, steps) = (0, 0u, 0);
        while (true)
        {
            var (operation, whenTrue, whenFalse, operand) = code[position++];
            steps++;
            switch (operation)
            {
                case BpfCode.Load:
                    accumulator = operand switch { 0 => number, 4 => architecture, 16 => argument, _ => 0 };
                    break;
                case BpfCode.And:
                    accumulator &= operand;
                    break;
                case BpfCode.Jump:
                    position += (int)operand;
                    break;
                case BpfCode.Return:
                    return (operand, steps);
                case BpfCode.IfEqual:
                    position += accumulator == operand ? whenTrue : whenFalse;
                    break;
                case BpfCode.IfAtLeast:
                    position += accumulator >= operand ? whenTrue : whenFalse;
                    break;
                case BpfCode.IfAnyBit:
                    position += (accumulator & operand) != 0 ? whenTrue : whenFalse;
                    break;
            }
        }
    }
}
