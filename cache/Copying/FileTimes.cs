using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <summary>Between the kernel's times and .NET's.</summary>
internal static class FileTimes
{
    /// <summary>The time as the kernel takes it.</summary>
    public static FileTime ToKernelTime(this DateTimeOffset time)
    {
        var seconds = Math.DivRem((time - DateTimeOffset.UnixEpoch).Ticks, TimeSpan.TicksPerSecond, out var rest);
        return rest >= 0 ? new(seconds, (uint)rest * 100) : new(seconds - 1, (uint)(rest + TimeSpan.TicksPerSecond) * 100);
    }
}
