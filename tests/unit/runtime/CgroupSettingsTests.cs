using SharpBuild.Runtime;
using SharpBuild.Runtime.Starting;
using Xunit;

namespace SharpBuild.UnitTests.Runtime;

public sealed class CgroupSettingsTests
{
    private static readonly ResourceLimits All = new()
    {
        Memory = 1000,
        MemoryAndSwap = 1500,
        CpuShares = 1024,
        CpuPeriod = 50_000,
        CpuQuota = 25_000,
        CpuSet = "0-1",
        MemorySet = "0",
        Processes = 7,
    };

    [Fact]
    public void The_one_tree_has_its_own_words() => Assert.Equal(
        "memory.max=1000 memory.swap.max=500 cpu.max=25000 50000 cpu.weight=39 cpuset.mems=0 cpuset.cpus=0-1 pids.max=7", Text(All, unified: true));

    [Fact]
    public void The_old_trees_have_theirs() => Assert.Equal(
        "memory.limit_in_bytes=1000 memory.memsw.limit_in_bytes=1500 cpu.cfs_period_us=50000 cpu.cfs_quota_us=25000 cpu.shares=1024 "
        + "cpuset.mems=0 cpuset.cpus=0-1 pids.max=7",
        Text(All, unified: false));

    [Theory]
    [InlineData(null, null, 1.5, "cpu.max=150000 100000")]
    [InlineData(50_000L, null, null, "cpu.max=max 50000")]
    [InlineData(null, -1L, null, "cpu.max=max 100000")]
    [InlineData(null, null, null, "")]
    public void Processor_time_has_a_default_period(long? period, long? quota, double? cpus, string expected) =>
        Assert.Equal(expected, Text(new() { CpuPeriod = period, CpuQuota = quota, Cpus = cpus }, unified: true));

    [Fact]
    public void Swap_may_be_unlimited() => Assert.Equal("memory.max=1 memory.swap.max=max", Text(new() { Memory = 1, MemoryAndSwap = -1 }, unified: true));

    private static string Text(ResourceLimits limits, bool unified) =>
        string.Join(' ', CgroupSettings.For(limits, unified).Select(setting => $"{setting.File}={setting.Value}"));
}
