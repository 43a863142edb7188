using SharpBuild.Linux;
using Xunit;

namespace SharpBuild.UnitTests.Linux;

public sealed class TreeRemoverTests : IDisposable
{
    private readonly string top = DeepTree.CreateTop();

    [Theory]
    [InlineData(20_000)]
    [InlineData(50_000)]
    public void A_tree_of_any_depth_is_removed(int levels)
    {
        DeepTree.Make(top, levels);
        TreeRemover.Remove(Path.Join(top, "d"));
        Assert.Empty(Directory.GetFileSystemEntries(top));
    }

    [Fact]
    public void Links_are_removed_and_what_they_lead_to_stays()
    {
        var kept = Directory.CreateDirectory(Path.Join(top, "kept"));
        File.WriteAllText(Path.Join(kept.FullName, "file"), "x");
        var tree = Directory.CreateDirectory(Path.Join(top, "tree", "inner")).FullName;
        File.CreateSymbolicLink(Path.Join(tree, "link"), kept.FullName);
        File.CreateSymbolicLink(Path.Join(top, "tree", "link"), "/");
        TreeRemover.Remove(Path.Join(top, "tree"));
        Assert.Equal([kept.FullName], Directory.GetFileSystemEntries(top));
        Assert.True(File.Exists(Path.Join(kept.FullName, "file")));
    }

    [Fact]
    public void Wide_trees_are_removed_below_directories_that_were_closed()
    {
        for (var i = 0; i < 5; i++)
        {
            var place = Path.Join(top, "tree", string.Join('/', Enumerable.Repeat($"x{i}", 80)));
            Directory.CreateDirectory(place);
            File.WriteAllText(Path.Join(place, "file"), "x");
            File.WriteAllText(Path.Join(Path.GetDirectoryName(place)!, "file"), "x");
        }

        TreeRemover.Remove(Path.Join(top, "tree"));
        Assert.Empty(Directory.GetFileSystemEntries(top));
    }

    [Fact]
    public void A_walk_does_not_go_up_into_another_directory()
    {
        var deep = Path.Join(top, string.Join('/', Enumerable.Repeat("d", 40)));
        Directory.CreateDirectory(deep);
        using var root = DeepTree.Open(top);
        using var chain = new DirectoryChain(root);
        for (var i = 0; i < 40; i++)
        {
            chain.Enter(Descriptors.OpenAt(chain.Current, "d", OpenFlags.ReadOnly | OpenFlags.Directory, ResolveFlags.None));
        }

        // The parent of the sixth directory from the top is not open any more.
        Directory.Move(Path.Join(top, "d/d/d/d/d/d/d"), Path.Join(top, "elsewhere"));
        Assert.Throws<SyscallException>(() =>
        {
            while (chain.Depth > 0)
            {
                chain.Leave();
            }
        });
    }

    public void Dispose() => TreeRemover.Remove(top);
}
