using System.Globalization;

namespace SharpBuild.Runtime.Starting;

/// <summary>Limits in the words of the kernel's two generations of cgroups.</summary>
internal static class CgroupSettings
{
    private const int DefaultPeriod = 100_000; // microseconds

    /// <summary>The files to write for some limits.</summary>
    public static List<CgroupSetting> For(ResourceLimits limits, bool unified)
    {
        var settings = new List<CgroupSetting>();
        void Add(string controller, string newFile, string oldFile, FormattableString value) =>
            settings.Add(new(controller, unified ? newFile : oldFile, FormattableString.Invariant(value)));

        if (limits.Memory is { } memory)
        {
            Add("memory", "memory.max", "memory.limit_in_bytes", $"{memory}");
        }

        if (limits.MemoryAndSwap is { } swap)
        {
            // v1 limits the sum, v2 the swap alone.
            var value = swap < 0 ? (unified ? "max" : "-1") : Text(unified ? Math.Max(0, swap - (limits.Memory ?? 0)) : swap);
            Add("memory", "memory.swap.max", "memory.memsw.limit_in_bytes", $"{value}");
        }

        AddQuota(settings, limits, unified);

        if (limits.CpuShares is { } shares)
        {
            // Docker's mapping of 2..262144 onto 1..10000.
            Add("cpu", "cpu.weight", "cpu.shares", $"{(unified ? 1 + ((Math.Clamp(shares, 2, 262_144) - 2) * 9999 / 262_142) : shares)}");
        }

        AddSetsAndProcesses(settings, limits, unified);
        return settings;
    }

    private static void AddQuota(List<CgroupSetting> settings, ResourceLimits limits, bool unified)
    {
        var quota = limits.CpuQuota ?? (limits.Cpus is { } cpus ? (long)(cpus * DefaultPeriod) : null);
        var period = limits.CpuPeriod ?? DefaultPeriod;
        if (quota is null && limits.CpuPeriod is null)
        {
            return;
        }

        if (unified)
        {
            settings.Add(new("cpu", "cpu.max", $"{(quota is null or < 0 ? "max" : Text(quota.Value))} {Text(period)}"));
            return;
        }

        settings.Add(new("cpu", "cpu.cfs_period_us", Text(period)));
        if (quota is { } value)
        {
            settings.Add(new("cpu", "cpu.cfs_quota_us", Text(value)));
        }
    }

    private static void AddSetsAndProcesses(List<CgroupSetting> settings, ResourceLimits limits, bool unified)
    {
        if (limits.MemorySet is { } memory)
        {
            settings.Add(new("cpuset", "cpuset.mems", memory));
        }

        if (limits.CpuSet is { } processors)
        {
            settings.Add(new("cpuset", "cpuset.cpus", processors));
        }

        if (limits.Processes is { } processes)
        {
            settings.Add(new("pids", "pids.max", processes < 0 ? "max" : Text(processes)));
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A file of a cgroup and what to write in it.</summary>
internal sealed record CgroupSetting(string Controller, string File, string Value);
