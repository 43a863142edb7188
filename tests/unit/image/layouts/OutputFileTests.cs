using SharpBuild.Image;
using SharpBuild.Image.Layouts;
using SharpBuild.Linux;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Image.Layouts;

public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryDirectory scratch = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_link_is_written_through_and_stays()
    {
        scratch.Write("target", "a longer text than the new one");
        File.CreateSymbolicLink(scratch["link"], "target");
        FileStatuses.TryGet(scratch["target"], out var before);
        await OutputFile.WriteAsync(scratch["link"], "new"u8.ToArray(), Token);
        FileStatuses.TryGet(scratch["target"], out var after);
        Assert.Equal("new", await File.ReadAllTextAsync(scratch["target"], Token));
        Assert.Equal(("target", before.Inode), (File.ResolveLinkTarget(scratch["link"], false)!.Name, after.Inode));
    }

    [Fact]
    public async Task A_link_that_leads_nowhere_yet_makes_its_target()
    {
        File.CreateSymbolicLink(scratch["link"], "target");
        await OutputFile.WriteAsync(scratch["link"], "new"u8.ToArray(), Token);
        Assert.Equal("new", await File.ReadAllTextAsync(scratch["target"], Token));
    }

    [Fact]
    public async Task Another_name_of_the_file_keeps_its_content()
    {
        scratch.Write("file", "old");
        using (var root = Descriptors.Open(scratch.Path, OpenFlags.ReadOnly | OpenFlags.Directory))
        {
            Inodes.TryLink(root, "file", root, "other");
        }

        await OutputFile.WriteAsync(scratch["file"], "new"u8.ToArray(), Token);
        Assert.Equal(["new", "old"], [await File.ReadAllTextAsync(scratch["file"], Token), await File.ReadAllTextAsync(scratch["other"], Token)]);
    }

    [Fact]
    public async Task A_fifo_waits_for_its_reader_and_can_be_cancelled()
    {
        using (var root = Descriptors.Open(scratch.Path, OpenFlags.ReadOnly | OpenFlags.Directory))
        {
            Inodes.MakeNode(root, "fifo", FileKind.Fifo, 0b110_000_000);
        }

        using (var stopping = new CancellationTokenSource(TimeSpan.FromMilliseconds(100)))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => OutputFile.WriteAsync(scratch["fifo"], "new"u8.ToArray(), stopping.Token));
        }

        var writing = OutputFile.WriteAsync(scratch["fifo"], "new"u8.ToArray(), Token);
        Assert.Equal("new", await File.ReadAllTextAsync(scratch["fifo"], Token));
        await writing;
        Assert.True(FileStatuses.TryGet(scratch["fifo"], out var status) && status.Kind == FileKind.Fifo);
    }

    [Fact]
    public async Task A_directory_is_refused()
    {
        Directory.CreateDirectory(scratch["directory"]);
        File.CreateSymbolicLink(scratch["link"], "directory");
        foreach (var path in new[] { "directory", "link" })
        {
            var exception = await Assert.ThrowsAsync<ImageException>(() => OutputFile.WriteAsync(scratch[path], "new"u8.ToArray(), Token));
            Assert.Contains("is a directory", exception.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => scratch.Dispose();
}
