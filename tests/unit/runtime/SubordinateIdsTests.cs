using SharpBuild.Runtime.Rootless;
using Xunit;

namespace SharpBuild.UnitTests.Runtime;

public sealed class SubordinateIdsTests
{
    [Fact]
    public void Ranges_are_found_by_name_and_by_number()
    {
        const string text = "alice:100000:65536\nbob:200000:65536\n1000:300000:10\nalice:nonsense:1\nalice:1:0\n";

        Assert.Equal([(100000u, 65536u), (300000u, 10u)], SubordinateIds.Parse(text, "alice", 1000));
        Assert.Empty(SubordinateIds.Parse(text, "carol", 1002));
    }

    [Fact]
    public void The_user_becomes_root_and_the_ranges_follow_without_a_gap() =>
        Assert.Equal(
            ["0", "1000", "1", "1", "100000", "65536", "65537", "300000", "10"],
            SubordinateIds.MapArguments(1000, [(100000, 65536), (300000, 10)]));
}
