using SharpBuild.Cache.Space;
using SharpBuild.Linux;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class RemovalTests : IDisposable
{
    private readonly ScratchStore scratch = new();

    [Fact]
    public void What_was_made_anew_while_the_old_was_away_stays()
    {
        var (record, layer) = (Write("record", "old"), Write("layer", "old"));
        Assert.False(new Removal(scratch.Store.Session).Remove(Files()));
        Assert.Equal("new", File.ReadAllText(record.Path));
        Assert.Equal("old", File.ReadAllText(layer.Path));

        IEnumerable<UsedFile> Files()
        {
            yield return record;

            // Somebody misses the record and makes his own, and another one uses the layer: it must not go, nor must his record.
            File.WriteAllText(record.Path, "new");
            Inodes.TryTouch(layer.Path);
            yield return layer;
        }
    }

    [Fact]
    public void What_was_used_meanwhile_comes_back()
    {
        var (record, layer) = (Write("record", "old"), Write("layer", "old"));
        Assert.False(new Removal(scratch.Store.Session).Remove([record, layer with { LastUsed = new(1, 0) }]));
        Assert.Equal("old", File.ReadAllText(record.Path));
        Assert.True(new Removal(scratch.Store.Session).Remove([record, layer]));
        Assert.False(File.Exists(record.Path) || File.Exists(layer.Path));
    }

    [Fact]
    public void What_is_gone_already_is_no_obstacle()
    {
        var (record, layer) = (Write("record", "old"), Write("layer", "old"));
        File.Delete(record.Path);
        Assert.True(new Removal(scratch.Store.Session).Remove([record, layer]));
        Assert.False(File.Exists(layer.Path));
    }

    [Fact]
    public void All_is_somebodys_when_the_clock_was_set_back()
    {
        var now = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal(now, StoreInventory.OldestUse(now, null));
        Assert.True(StoreInventory.OldestUse(now, now.AddMinutes(-10)) < now.AddMinutes(-10));
        Assert.Equal(DateTimeOffset.MinValue, StoreInventory.OldestUse(now, now.AddMinutes(10)));
    }

    public void Dispose() => scratch.Dispose();

    private UsedFile Write(string name, string text)
    {
        var path = Path.Join(scratch.Context, name);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        FileStatuses.TryGet(path, out var status);
        return new(path, status.Modified);
    }
}
