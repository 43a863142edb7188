namespace SharpBuild.Runtime.Planning;

/// <summary>The names of limits as of <c>--ulimit</c>.</summary>
public static class ResourceNames
{
    /// <summary>All of them; the place of each is its number (RLIMIT_*).</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "cpu", "fsize", "data", "stack", "core", "rss", "nproc", "nofile", "memlock", "as", "locks", "sigpending", "msgqueue", "nice", "rtprio", "rttime",
    ];

    /// <summary>The number of a limit.</summary>
    /// <exception cref="SandboxException">There is no limit of that name.</exception>
    public static int NumberOf(string name)
    {
        for (var number = 0; number < All.Count; number++)
        {
            if (All[number] == name)
            {
                return number;
            }
        }

        throw new SandboxException($"unknown ulimit '{name}'")
        {
            Code = SandboxException.BadSpecification,
            Hint = $"use one of {string.Join(", ", All)}",
        };
    }
}
