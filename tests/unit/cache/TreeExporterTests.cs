using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache.Copying;
using SharpBuild.Linux;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class TreeExporterTests : IDisposable
{
    private const UnixFileMode SetIds = UnixFileMode.SetUser | UnixFileMode.SetGroup;
    private readonly TemporaryDirectory scratch = new();

    public TreeExporterTests() => Directory.CreateDirectory(scratch["tree"]);

    [Fact]
    public void No_file_runs_with_the_rights_of_who_builds()
    {
        scratch.Write("tree/suid", "x");
        scratch.Write("tree/d/sgid", "x");
        File.SetUnixFileMode(scratch["tree/suid"], (UnixFileMode)0b100_111_101_101);
        File.SetUnixFileMode(scratch["tree/d/sgid"], (UnixFileMode)0b110_111_101_101);
        File.SetUnixFileMode(scratch["tree/d"], (UnixFileMode)0b001_111_111_111);
        Export();
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(scratch["out/suid"]));
        Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(scratch["out/d/sgid"]) & SetIds);
        Assert.Equal((UnixFileMode)0b001_111_111_111, File.GetUnixFileMode(scratch["out/d"]));
    }

    [Fact]
    public void A_fifo_has_no_set_id_bits()
    {
        using var tree = Open("tree");
        Inodes.MakeNode(tree, "pipe", FileKind.Fifo, 0b110_110_110);
        Inodes.ChangeMode(tree, "pipe", 0b100_110_110_110);
        Export();
        Assert.True(FileStatuses.TryGet(scratch["out/pipe"], out var status));
        Assert.Equal((FileKind.Fifo, 0b110_110_110), (status.Kind, status.Permissions));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Links_that_are_there_already_are_replaced(bool deletes)
    {
        scratch.Write("tree/file", "new");
        scratch.Write("tree/directory/inner", "new");
        scratch.Write("tree/hard", "new");
        File.CreateSymbolicLink(scratch["tree/link"], "elsewhere");
        scratch.Write("victim", "untouched");
        scratch.Write("victims/inner", "untouched");
        Directory.CreateDirectory(scratch["out"]);
        File.CreateSymbolicLink(scratch["out/file"], scratch["victim"]);
        File.CreateSymbolicLink(scratch["out/directory"], scratch["victims"]);
        File.CreateSymbolicLink(scratch["out/link"], scratch["victims"]);
        File.CreateSymbolicLink(scratch["out/other"], scratch["victims"]);
        using (var root = Open("."))
        {
            Assert.True(Inodes.TryLink(root, "victim", root, "out/hard"));
        }

        Export(new() { DeletesOthers = deletes });
        Assert.Equal(["untouched", "untouched", "new", "new"], [Read("victim"), Read("victims/inner"), Read("out/file"), Read("out/directory/inner")]);
        Assert.Equal(!deletes, FileStatuses.TryGet(scratch["out/other"], out _));
    }

    [Fact]
    public void A_mode_is_never_given_through_a_link()
    {
        scratch.Write("tree/victim", "x");
        File.SetUnixFileMode(scratch["tree/victim"], UnixFileMode.UserRead);
        File.CreateSymbolicLink(scratch["tree/link"], "victim");
        using var tree = Open("tree");
        Assert.Throws<SyscallException>(() => Inodes.ChangeMode(tree, "link", 0b111_111_111));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(scratch["tree/victim"]));
    }

    public void Dispose() => scratch.Dispose();

    private void Export(TreeExportOptions? options = null)
    {
        using var tree = Open("tree");
        TreeExporter.Export(tree, scratch["out"], options ?? new(), TestContext.Current.CancellationToken);
    }

    private string Read(string path) => File.ReadAllText(scratch[path]);

    private SafeFileHandle Open(string path) => Descriptors.Open(scratch[path], OpenFlags.ReadOnly | OpenFlags.Directory);
}
