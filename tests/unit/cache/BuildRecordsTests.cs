using SharpBuild.Cache;
using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class BuildRecordsTests : IDisposable
{
    private static readonly Digest Key = Digest.Compute("key"u8);
    private readonly ScratchStore scratch = new();

    [Fact]
    public void A_record_comes_back_as_it_was()
    {
        var layer = MakeLayer();
        scratch.Store.Records.Put(Record(layer) with { Facts = Record(layer).Facts.Add("content", "sha256:00") });
        scratch.Reopen();
        var found = scratch.Store.Records.TryGet(Key);
        Assert.NotNull(found);
        Assert.Equal("RUN make", found.Description);
        Assert.Equal([layer], found.Layers);
        Assert.Equal([new KeyPart("command", "make"), new KeyPart("arg V", "1")], found.Parts);
        Assert.Equal("sha256:00", found.Facts["content"]);
    }

    [Fact]
    public void A_record_whose_layer_is_gone_does_not_count()
    {
        var layer = MakeLayer();
        scratch.Store.Records.Put(Record(layer));
        Assert.True(scratch.Store.Layers.Remove(layer));
        Assert.Null(scratch.Store.Records.TryGet(Key));
    }

    [Fact]
    public void A_record_of_an_earlier_boot_counts_only_when_a_flush_covers_it()
    {
        var layer = MakeLayer();
        scratch.Store.Records.Put(Record(layer));
        scratch.Age(Path.Join("records", Key.Hex[..2], Key.Hex[2..] + ".json"));
        scratch.Age(Path.Join("layers", layer.Value, "layer.json"));
        Assert.Null(scratch.Store.Records.TryGet(Key));
        scratch.MarkFlushed();
        Assert.NotNull(scratch.Store.Records.TryGet(Key));
    }

    [Fact]
    public void A_record_of_an_earlier_boot_counts_when_its_layers_are_known_to_be_whole()
    {
        scratch.Store.Records.Put(Record(MakeLayer()));
        scratch.Age(Path.Join("records", Key.Hex[..2], Key.Hex[2..] + ".json"));
        Assert.NotNull(scratch.Store.Records.TryGet(Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[]")]
    public void A_damaged_record_is_no_record(string content)
    {
        scratch.Store.Records.Put(Record(MakeLayer()));
        File.WriteAllText(Path.Join(scratch.StoreRoot, "records", Key.Hex[..2], Key.Hex[2..] + ".json"), content);
        Assert.Null(scratch.Store.Records.TryGet(Key));
    }

    [Fact]
    public void Many_lookups_are_answered_from_memory_and_still_notice_a_lost_layer()
    {
        var layer = MakeLayer();
        scratch.Store.Records.Put(Record(layer));
        for (var i = 0; i < 200; i++)
        {
            Assert.NotNull(scratch.Store.Records.TryGet(Key));
        }

        scratch.Store.Layers.Remove(layer);
        Assert.Null(scratch.Store.Records.TryGet(Key));
    }

    public void Dispose() => scratch.Dispose();

    private static BuildRecord Record(LayerId layer) =>
        new(Key, [layer], new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "RUN make", [new("command", "make"), new("arg V", "1")]);

    private LayerId MakeLayer()
    {
        using var draft = scratch.Store.Layers.Create([]);
        return scratch.Store.Layers.Commit(draft).Id;
    }
}
