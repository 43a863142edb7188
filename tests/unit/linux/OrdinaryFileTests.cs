using SharpBuild.Linux;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Linux;

public sealed class OrdinaryFileTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void A_file_up_to_the_limit_is_read_whole(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(At("file"), bytes);
        Assert.Equal(bytes, OrdinaryFile.ReadAll(At("file"), Math.Max(length, 1)));
    }

    [Fact]
    public void A_file_past_the_limit_is_refused()
    {
        File.WriteAllBytes(At("file"), new byte[1025]);
        Assert.Contains("longer than 1 KiB", Assert.Throws<IOException>(() => OrdinaryFile.ReadAll(At("file"), 1024)).Message);
    }

    [Fact]
    public void A_file_that_states_no_size_is_read_up_to_the_limit()
    {
        Assert.StartsWith("Name:", OrdinaryFile.ReadText("/proc/self/status", 1 << 20));
        Assert.Throws<IOException>(() => OrdinaryFile.ReadAll("/proc/self/status", 10));
    }

    [Fact]
    public async Task A_fifo_is_refused_without_waiting()
    {
        using (var above = Descriptors.Open(directory.Path, OpenFlags.PathOnly))
        {
            Inodes.MakeNode(above, "fifo", FileKind.Fifo, 0b110_100_100);
        }

        var reading = Task.Run(() => OrdinaryFile.ReadAll(At("fifo"), 1024), TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Contains("FIFO", refused.Message);
    }

    [Theory]
    [InlineData("/dev/zero", "a device")]
    [InlineData("/proc", "a directory")]
    public void A_device_or_directory_is_refused(string path, string kind) =>
        Assert.Contains(kind, Assert.Throws<IOException>(() => OrdinaryFile.ReadAll(path, 1024)).Message);

    [Fact]
    public void A_link_is_judged_by_what_it_leads_to()
    {
        File.CreateSymbolicLink(At("endless"), "/dev/zero");
        File.WriteAllText(At("file"), "text");
        File.CreateSymbolicLink(At("link"), At("file"));
        Assert.Throws<IOException>(() => OrdinaryFile.Open(At("endless")));
        Assert.Equal("text", OrdinaryFile.ReadText(At("link"), 1024));
    }

    [Fact]
    public void A_missing_file_is_told_from_a_refused_one()
    {
        Assert.Throws<FileNotFoundException>(() => OrdinaryFile.Open(At("missing")));
        Assert.Throws<FileNotFoundException>(() => OrdinaryFile.Open("/dev/null/below"));
        Assert.Throws<IOException>(() => OrdinaryFile.Open("a\0b"));
    }

    public void Dispose() => directory.Dispose();

    private string At(string name) => directory[name];
}
