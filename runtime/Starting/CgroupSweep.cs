namespace SharpBuild.Runtime.Starting;

/// <summary>Removes the cgroups that killed processes of ours have left below a parent.</summary>
internal static class CgroupSweep
{
    private static string? last;

    /// <summary>Sweeps a parent once in the life of this process: one readdir(3) in each tree where it is.</summary>
    /// <param name="trees">The directories of the trees; of v1 all that limits can need, whichever this sandbox does.</param>
    /// <param name="parent">The path of the parent in each.</param>
    public static void RunOnce(IEnumerable<string> trees, string parent)
    {
        if (Interlocked.Exchange(ref last, parent) == parent)
        {
            return;
        }

        foreach (var tree in trees)
        {
            try
            {
                Sweep($"{tree}/{parent}");
            }
            catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
            {
                // Not there, or not ours to look into.
            }
        }
    }

    private static void Sweep(string directory)
    {
        foreach (var path in Directory.GetDirectories(directory, CgroupDirectory.Prefix + "*"))
        {
            if (CgroupDirectory.TryTake(path) is { } left)
            {
                left.KillAll();
                _ = left.RemoveAsync().AsTask();
            }
        }
    }
}
