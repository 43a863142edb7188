using System.Text;
using SharpBuild.Image.Layers;
using SharpBuild.Image.Tar;
using SharpBuild.Linux;
using Xunit;

namespace SharpBuild.UnitTests.Image;

public sealed class LayerWriterTests : ExtractionTest
{
    private static readonly LayerWriterOptions Options = new() { UserXattr = true };

    [Fact]
    public void Names_are_sorted_and_marks_stand_where_readers_expect_them()
    {
        using var tar = new TarMaker().Directory("b").File("b/z").File("b/.wh.y").File("b/.wh..wh..opq").File("b-c").File("B").Link("a", "b");
        Extract(tar);
        Assert.Equal(["B", "a", "b/", "b/.wh..wh..opq", "b/.wh.y", "b/z", "b-c"], Names(Write()));
    }

    [Fact]
    public void The_same_tree_gives_the_same_bytes_whatever_the_order_of_its_making()
    {
        using var tar = new TarMaker().Directory("d").File("d/1", "one").File("d/2", "two").HardLink("d/3", "d/1");
        Extract(tar);
        var first = LayerWriter.Measure(Root, Options, CancellationToken.None);
        using var other = new TarMaker().Directory("d").File("d/2", "two").File("d/3", "one").HardLink("d/1", "d/3");
        TreeRemover.Remove(Root, "d");
        Extract(other);
        Assert.Equal(first, LayerWriter.Measure(Root, Options, CancellationToken.None));
    }

    [Fact]
    public void Measuring_tells_what_writing_gives()
    {
        using var tar = new TarMaker().File("large", new string('x', 3_000_000)).File("small");
        var content = Extract(tar);
        using var memory = new MemoryStream();
        var written = LayerWriter.WriteMeasured(Root, memory, Options, CancellationToken.None);
        Assert.Equal(written, LayerWriter.Measure(Root, Options, CancellationToken.None));
        Assert.Equal((SharpBuild.Image.Digest.Compute(memory.ToArray()), memory.Length), (written.DiffId, written.Size));
        Assert.Equal(3_000_000, content.FileBytes);
    }

    [Fact]
    public void Times_are_clamped_to_the_epoch_that_is_given()
    {
        using var tar = new TarMaker().File("f");
        Extract(tar);
        using var memory = new MemoryStream();
        LayerWriter.Write(Root, memory, Options with { LatestTime = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000) }, CancellationToken.None);
        memory.Position = 0;
        Assert.Equal(new FileTime(1_000_000_000, 0), new TarReader(memory, CancellationToken.None).Next()!.Modified);
    }

    [Fact]
    public void A_destination_that_fails_is_reported_not_waited_for()
    {
        using var tar = new TarMaker().File("large", new string('x', 5_000_000));
        Extract(tar);
        using var full = new MemoryStream(new byte[100]);
        Assert.Throws<NotSupportedException>(() => LayerWriter.Write(Root, full, Options, CancellationToken.None));
    }

    private byte[] Write()
    {
        using var memory = new MemoryStream();
        LayerWriter.Write(Root, memory, Options, CancellationToken.None);
        return memory.ToArray();
    }

    private static List<string> Names(byte[] tar)
    {
        var names = new List<string>();
        var reader = new TarReader(new MemoryStream(tar), CancellationToken.None);
        while (reader.Next() is { } entry)
        {
            names.Add(Encoding.UTF8.GetString(entry.Path.Span));
        }

        return names;
    }
}
