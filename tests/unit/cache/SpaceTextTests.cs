using SharpBuild.Cache.Space;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class SpaceTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("90", 90)]
    [InlineData("1h30m", 5400)]
    [InlineData("7d", 604800)]
    [InlineData("1.5h", 5400)]
    [InlineData("500ms", 0.5)]
    public void Spans_of_time_are_read_as_go_writes_them(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Durations.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("5x")]
    [InlineData("5h3")]
    public void Other_texts_are_no_spans_of_time(string text) => Assert.Throws<FormatException>(() => Durations.Parse(text));

    [Theory]
    [InlineData("512MB", 512L << 20)]
    [InlineData("10g", 10L << 30)]
    [InlineData("1.5 GiB", 3L << 29)]
    [InlineData("20%", 200)]
    [InlineData("100", 100)]
    public void Sizes_are_bytes_or_a_part_of_the_disk(string text, long expected) => Assert.Equal(expected, StorageSize.Parse(text).Of(1000));

    [Theory]
    [InlineData("120%")]
    [InlineData("much")]
    [InlineData("-1")]
    public void Other_texts_are_no_sizes(string text) => Assert.Throws<FormatException>(() => StorageSize.Parse(text));

    [Theory]
    [InlineData("id=npm", true)]
    [InlineData("id!=npm", false)]
    [InlineData("id~=^n.m$", true)]
    [InlineData("type=exec.cachemount", true)]
    [InlineData("type=regular", false)]
    [InlineData("description~=mount", true)]
    [InlineData("until=1h", true)]
    [InlineData("until=3h", false)]
    [InlineData("mutable", true)]
    [InlineData("mutable!=true", false)]
    [InlineData("inuse!=true", true)]
    [InlineData("inuse=false", true)]
    [InlineData("shared", false)]
    [InlineData("private=true", true)]
    [InlineData("parents=abc", true)]
    [InlineData("parents!=abc", false)]
    public void A_filter_fits_or_not(string text, bool expected)
    {
        var item = new UsageItem("npm", UsageKind.CacheMount, "cache mount npm", 1) { LastUsed = Now.AddHours(-2), Parents = ["abc"] };
        Assert.Equal(expected, UsageFilter.Parse(text, Now).Fits(item));
    }

    [Theory]
    [InlineData("size=1")]
    [InlineData("until=often")]
    [InlineData("id~=(")]
    [InlineData("inuse=maybe")]
    [InlineData("inuse~=true")]
    public void A_filter_that_makes_no_sense_is_refused(string text) => Assert.Throws<FormatException>(() => UsageFilter.Parse(text, Now));

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(0, 400, 0, 400)]
    [InlineData(500, 400, 0, 500)]
    [InlineData(0, 0, 300, 800)]
    [InlineData(900, 0, 300, 900)]
    [InlineData(0, 0, 50, long.MaxValue)]
    public void Limits_say_how_much_may_stay(long reserved, long mostUsed, long leastFree, long expected) => Assert.Equal(
        expected, new PruneOptions { ReservedSpace = reserved, MaxUsedSpace = mostUsed, MinFreeSpace = leastFree }.Keep(used: 1000, free: 100));

    [Fact]
    public void The_limits_follow_the_size_of_the_disk()
    {
        var small = new GcSettings().Limits(10L << 30);
        Assert.Equal((1L << 30, 8L << 30, 2L << 30), (small.ReservedSpace, small.MaxUsedSpace, small.MinFreeSpace));
        var large = new GcSettings { MinFreeSpace = StorageSize.Parse("5%") }.Limits(1000L << 30);
        Assert.Equal((10L << 30, 100L << 30, 50L << 30), (large.ReservedSpace, large.MaxUsedSpace, large.MinFreeSpace));
    }
}
