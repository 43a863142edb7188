using System.Text;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>
/// Lets the kernel run programs for arm64 through qemu, until it is disposed. With the flag F the kernel opens the emulator when it is
/// registered, so that it works in any root directory.
/// </summary>
internal sealed class Emulator : IAsyncDisposable
{
    private const string Program = "/usr/bin/qemu-aarch64-static";

    // Any file system of this kind is the same one, wherever it is mounted.
    private readonly TemporaryDirectory mountPoint = new();
    private readonly string name = $"sharpbuild-test-{Environment.ProcessId}";

    private Emulator()
    {
    }

    private string Entry => mountPoint[name];

    /// <summary>Registers it, or skips the test where that cannot be.</summary>
    public static async Task<Emulator> RegisterAsync(CancellationToken cancellation)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root registers emulators");
        Assert.SkipUnless(File.Exists(Program), "qemu-user-static is not installed");
        var emulator = new Emulator();
        var mounted = await new Command("mount", "-t", "binfmt_misc", "binfmt_misc", emulator.mountPoint.Path).RunAsync(cancellation);
        if (mounted.ExitCode != 0)
        {
            emulator.mountPoint.Dispose();
            Assert.Skip($"binfmt_misc cannot be mounted: {mounted.Error}");
        }

        // The head of an executable of 64 bits, whatever its ABI, for machine 183 (AArch64).
        const string Magic = @"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00";
        const string Mask = @"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff";
        try
        {
            await File.WriteAllTextAsync(emulator.mountPoint["register"], $":{emulator.name}:M::{Magic}:{Mask}:{Program}:F", cancellation);
            return emulator;
        }
        catch
        {
            await emulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>The smallest program for arm64 that says something: written by hand, so that no compiler and no download is needed.</summary>
    public static byte[] Hello(string text)
    {
        const int HeaderSize = 64 + 56;
        const ulong Address = 0x400000;
        var message = Encoding.ASCII.GetBytes(text);
        uint[] code =
        [
            0xd2800020, // mov x0, #1 (standard output)
            0x100000e1, // adr x1, 28 bytes ahead: behind the code
            0xd2800002 | ((uint)message.Length << 5), // mov x2, #length
            0xd2800808, // mov x8, #64 (write)
            0xd4000001, // svc #0
            0xd2800000, // mov x0, #0
            0xd2800ba8, // mov x8, #93 (exit)
            0xd4000001, // svc #0
        ];
        using var program = new MemoryStream();
        using var writer = new BinaryWriter(program);
        writer.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        WriteAll(writer, (ushort)2, (ushort)183); // an executable for AArch64
        writer.Write(1);
        WriteAll(writer, Address + HeaderSize, 64UL, 0UL); // entry, program headers, no section headers
        writer.Write(0);
        WriteAll(writer, (ushort)64, (ushort)56, (ushort)1, (ushort)0, (ushort)0, (ushort)0);
        WriteAll(writer, 1U, 5U); // loaded, readable and executable
        var size = (ulong)(HeaderSize + (code.Length * sizeof(uint)) + message.Length);
        WriteAll(writer, 0UL, Address, Address, size, size, 0x10000UL);
        WriteAll(writer, code);
        writer.Write(message);
        return program.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Entry))
        {
            await File.WriteAllTextAsync(Entry, "-1", CancellationToken.None);
        }

        await new Command("umount", mountPoint.Path).SucceedAsync(CancellationToken.None);
        mountPoint.Dispose();
    }

    private static void WriteAll(BinaryWriter writer, params ReadOnlySpan<ushort> values)
    {
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }

    private static void WriteAll(BinaryWriter writer, params ReadOnlySpan<uint> values)
    {
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }

    private static void WriteAll(BinaryWriter writer, params ReadOnlySpan<ulong> values)
    {
        foreach (var value in values)
        {
            writer.Write(value);
        }
    }
}
