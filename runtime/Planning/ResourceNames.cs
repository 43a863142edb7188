namespace SharpBuild.Runtime.Planning;

/// <summary>The names of limits as of <c>--ulimit</c>.</summary>
public static class ResourceNames
{
    /// <summary>The number of a limit (RLIMIT_*).</summary>
    /// <exception cref="SandboxException">There is no limit of that name.</exception>
    public static int NumberOf(string name) => name switch
    {
        "cpu" => 0,
        "fsize" => 1,
        "data" => 2,
        "stack" => 3,
        "core" => 4,
        "rss" => 5,
        "nproc" => 6,
        "nofile" => 7,
        "memlock" => 8,
        "as" => 9,
        "locks" => 10,
        "sigpending" => 11,
        "msgqueue" => 12,
        "nice" => 13,
        "rtprio" => 14,
        "rttime" => 15,
        _ => throw new SandboxException($"there is no ulimit '{name}'")
        {
            Code = SandboxException.BadSpecification,
            Hint = "use one of cpu, fsize, data, stack, core, rss, nproc, nofile, memlock, as, locks, sigpending, msgqueue, nice, rtprio, rttime",
        },
    };
}
