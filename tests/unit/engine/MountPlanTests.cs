using SharpBuild.Engine;
using Xunit;

namespace SharpBuild.UnitTests.Engine;

public sealed class MountPlanTests
{
    [Fact]
    public void Parents_are_mounted_before_their_children()
    {
        var plan = MountPlan.Make([new MemoryMount("/a/b/c", null), new MemoryMount("/a", null), new MemoryMount("/a/b/", null)], []);
        Assert.Equal(["/a", "/a/b", "/a/b/c"], plan.Mounts.Select(mount => mount.Target));
    }

    [Fact]
    public void A_volume_of_the_image_gives_way_to_a_mount_and_else_gets_a_name()
    {
        var plan = MountPlan.Make([new MemoryMount("/data", null)], ["/data/", "/cache"]);
        var volume = Assert.IsType<VolumeMount>(Assert.Single(plan.Mounts, mount => mount.Target == "/cache"));
        Assert.Equal([volume.Name!], plan.AnonymousVolumes);
        Assert.IsType<MemoryMount>(Assert.Single(plan.Mounts, mount => mount.Target == "/data"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/a/..")]
    [InlineData("a")]
    public void A_target_is_a_path_below_the_root(string target) =>
        Assert.Equal(EngineException.BadRequest, Assert.Throws<EngineException>(() => MountPlan.Make([new MemoryMount(target, null)], [])).Code);

    [Fact]
    public void Two_mounts_at_one_place_are_refused() =>
        Assert.Throws<EngineException>(() => MountPlan.Make([new MemoryMount("/a", null), new MemoryMount("/a/.", null)], []));
}
