using System.Text;
using SharpBuild.Runtime;
using Xunit;

namespace SharpBuild.IntegrationTests.Sandboxes;

public sealed class TerminalSpecs(BusyboxRoot busybox) : IClassFixture<BusyboxRoot>
{
    [Fact]
    public async Task I_can_work_in_a_terminal_and_resize_it()
    {
        Assert.SkipUnless(BusyboxRoot.IsRoot, "needs root");
        Assert.SkipUnless(BusyboxRoot.IsAvailable, "needs /bin/busybox (busybox-static)");
        var (root, _) = busybox.Overlay();
        using var closing = root;
        var spec = BusyboxRoot.Shell(root, "tty; stty size; echo direct > /dev/console; read -r line; stty size; echo \"got $line\"") with
        {
            Stdio = SandboxStdio.Terminal(80, 24),
        };
        await using var sandbox = SandboxLauncher.Start(spec, new RuntimeOptions());
        var terminal = sandbox.Terminal!;
        var text = await ReadAsync(terminal.Stream, "direct");

        terminal.Resize(132, 43);
        await terminal.Stream.WriteAsync("word\n"u8.ToArray(), TestContext.Current.CancellationToken);
        text += await ReadAsync(terminal.Stream, null);

        Assert.Equal("/dev/pts/0|24 80|direct|word|43 132|got word|", text.Replace("\r\n", "|", StringComparison.Ordinal));
        Assert.Equal(0, (await sandbox.Completion).Code);
    }

    private static async Task<string> ReadAsync(Stream stream, string? until)
    {
        var text = new StringBuilder();
        var buffer = new byte[1024];
        while (until is null || !text.ToString().Contains(until + "\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            if (count == 0)
            {
                break;
            }

            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString();
    }
}
