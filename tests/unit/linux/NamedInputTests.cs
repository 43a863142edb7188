using System.Diagnostics;
using SharpBuild.Linux;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Linux;

public sealed class NamedInputTests : IDisposable
{
    private const int Limit = 1 << 20;
    private readonly TemporaryDirectory scratch = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_file_and_a_link_to_one_are_read()
    {
        scratch.Write("file", "text");
        File.CreateSymbolicLink(scratch["link"], "file");
        Assert.Equal("text"u8, NamedInput.ReadAll(scratch["file"], Limit, Token));
        Assert.Equal("text"u8, NamedInput.ReadAll(scratch["link"], Limit, Token));
        Assert.Empty(NamedInput.ReadAll("/dev/null", Limit, Token));
    }

    [Fact]
    public async Task A_pipe_is_read_to_its_end_however_late_its_writer_is()
    {
        MakeFifo();
        var reading = Task.Run(() => NamedInput.ReadAll(scratch["fifo"], Limit, Token), Token);
        await Task.Delay(300, Token);
        await File.WriteAllTextAsync(scratch["fifo"], "late", Token);
        Assert.Equal("late", System.Text.Encoding.UTF8.GetString(await reading));
    }

    [Fact]
    public void A_pipe_that_gives_nothing_is_waited_for_until_cancelled()
    {
        MakeFifo();
        using var stopping = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var watch = Stopwatch.StartNew();
        Assert.ThrowsAny<OperationCanceledException>(() => NamedInput.ReadAll(scratch["fifo"], Limit, stopping.Token));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("/dev/zero", "longer")]
    [InlineData("/", "directory")]
    public void What_never_ends_or_is_no_file_is_refused(string path, string reason) =>
        Assert.Contains(reason, Assert.Throws<IOException>(() => NamedInput.ReadAll(path, Limit, Token)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_told() => Assert.Throws<FileNotFoundException>(() => NamedInput.ReadAll(scratch["missing"], Limit, Token));

    public void Dispose() => scratch.Dispose();

    private void MakeFifo()
    {
        using var root = Descriptors.Open(scratch.Path, OpenFlags.ReadOnly | OpenFlags.Directory);
        Inodes.MakeNode(root, "fifo", FileKind.Fifo, 0b110_000_000);
    }
}
