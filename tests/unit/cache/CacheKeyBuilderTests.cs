using SharpBuild.Cache;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class CacheKeyBuilderTests
{
    [Fact]
    public void The_same_parts_give_the_same_key() =>
        Assert.Equal(Key(b => b.Add("a", "1").Add("b", true)), Key(b => b.Add("a", "1").Add("b", true)));

    [Fact]
    public void Joining_neighbours_gives_another_key() =>
        Assert.NotEqual(Key(b => b.Add("x", ["a", "b"])), Key(b => b.Add("x", ["ab"])));

    [Fact]
    public void Moving_a_character_from_name_to_value_gives_another_key() =>
        Assert.NotEqual(Key(b => b.Add("ab", "c")), Key(b => b.Add("a", "bc")));

    [Fact]
    public void Kinds_never_meet()
    {
        using var run = new CacheKeyBuilder("run/1");
        using var copy = new CacheKeyBuilder("copy/1");
        Assert.NotEqual(run.ToDigest(), copy.ToDigest());
    }

    [Fact]
    public void Parts_say_what_went_in_and_long_values_as_a_digest()
    {
        using var builder = new CacheKeyBuilder("run/1");
        builder.Add("short", "value").Add("long", new string('x', 10_000));
        Assert.Equal(new KeyPart("short", "value"), builder.Parts[1]);
        Assert.StartsWith("sha256:", builder.Parts[2].Value, StringComparison.Ordinal);
    }

    private static SharpBuild.Image.Digest Key(Action<CacheKeyBuilder> add)
    {
        using var builder = new CacheKeyBuilder("test/1");
        add(builder);
        return builder.ToDigest();
    }
}
