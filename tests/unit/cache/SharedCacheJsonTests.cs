using System.Text;
using SharpBuild.Cache.Sharing;
using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Cache;

public sealed class SharedCacheJsonTests
{
    private const string Digest1 = "sha256:0000000000000000000000000000000000000000000000000000000000000001";
    private const string Blob = $$"""{"mediaType":"x","digest":"{{Digest1}}","size":1}""";
    private const string Layer = $$"""{"diffId":"{{Digest1}}","blob":{{Blob}}}""";

    [Fact]
    public void A_cache_is_read()
    {
        var cache = Read(Json(Layer, Record("0")));
        Assert.Equal([0], Assert.Single(cache.Records).Layers);
    }

    [Fact]
    public void The_last_of_two_facts_of_one_name_counts() =>
        Assert.Equal("b", Assert.Single(Read(Json(Layer, Record("0", facts: """{"x":"a","x":"b"}"""))).Records).Facts["x"]);

    [Fact]
    public void A_record_of_more_layers_than_can_be_mounted_is_refused() =>
        Refuses(Json(Layer, Record(string.Join(',', Enumerable.Repeat("0", 501)))));

    public static TheoryData<string> Wrong => new(
        "", "null", "[]", "{}", "1", "\"x\"", new string('[', 5000), """{"version":1}""", """{"version":2}""", """{"version":"1"}""", """{"version":1e99}""",
        Json("", Record("0")), Json(Layer, Record("-1")), Json(Layer, Record("1")), Json(Layer, Record("99999999999")), Json(Layer, Record("0.5")), Json(Layer, Record("\"0\"")),
        Json(Layer, Record("0", facts: "[]")), Json(Layer, Record("0", facts: """{"a":1}""")), Json(Layer, Record("0", key: "sha256:zz")), Json(Layer, Record("0", created: "yesterday")),
        Json(Layer.Replace("\"size\":1", "\"size\":-1", StringComparison.Ordinal)), Json(Layer.Replace("\"size\":1", "\"size\":1e30", StringComparison.Ordinal)),
        Json(Layer.Replace("\"size\":1", "\"size\":null", StringComparison.Ordinal)), Json(Layer.Replace(Digest1, "sha256:../../x", StringComparison.Ordinal)),
        Json(Layer.Replace("\"x\"", "\"\\ud800\"", StringComparison.Ordinal)), Json("7"), Json("null"), """{"version":1,"layers":{},"records":[],"mounts":[]}""",
        """{"version":1,"layers":[],"records":[],"mounts":[{}]}""", """{"version":1,"layers":[],"records":[],"mounts":[{"name":1,"id":"","blob":{}}]}""");

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Whatever_is_no_cache_is_refused(string json) => Refuses(json);

    private static void Refuses(string json) => Assert.Throws<ImageException>(() => Read(json));

    private static SharedCache Read(string json) => SharedCacheJson.Read(Encoding.UTF8.GetBytes(json), "cache");

    private static string Json(string layers, string records = "") => $$"""{"version":1,"layers":[{{layers}}],"records":[{{records}}],"mounts":[]}""";

    private static string Record(string layers, string facts = "{}", string key = Digest1, string created = "2020-01-01T00:00:00Z") =>
        $$"""{"key":"{{key}}","created":"{{created}}","description":"d","layers":[{{layers}}],"facts":{{facts}}}""";
}
