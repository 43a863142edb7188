using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;
using SharpBuild.Runtime.Planning;

namespace SharpBuild.Runtime.Starting;

/// <summary>The cgroup of one sandbox: in the one tree of v2, or in the tree of each controller that a limit needs with v1.</summary>
/// <remarks>
/// With v2 the child is born in it, which costs 0.2 ms; with v1 it joins each, 1.6 ms a controller (measured), so none
/// is joined that no limit needs. A host that gives us no cgroup is only an error when a limit was asked for.
/// </remarks>
internal sealed class SandboxCgroup
{
    private const string Mounted = "/sys/fs/cgroup";
    private const string DefaultParent = "sharpbuild";

    // The trees of v1 in which limits are kept.
    private static readonly string[] Controllers = ["memory", "cpu", "cpuset", "pids"];

    private readonly List<CgroupDirectory> directories;
    private readonly string? eventsFile;

    private SandboxCgroup(List<CgroupDirectory> directories, string? eventsFile)
    {
        this.directories = directories;
        this.eventsFile = eventsFile;
    }

    /// <summary>Where the child is born, with cgroup v2.</summary>
    public SafeFileHandle? BirthPlace { get; private init; }

    /// <summary>The files to which the child writes to join, with cgroup v1.</summary>
    public IReadOnlyList<SafeFileHandle> Joins { get; private init; } = [];

    /// <summary>Whether the kernel killed something in it for want of memory.</summary>
    public bool SawOutOfMemory
    {
        get
        {
            try
            {
                return eventsFile is not null && Array.Exists(File.ReadAllLines(eventsFile), line =>
                    line.StartsWith("oom_kill ", StringComparison.Ordinal) && line != "oom_kill 0");
            }
            catch (IOException)
            {
                return false; // the controller is not enabled here
            }
        }
    }

    /// <summary>Makes a cgroup, or returns null where none is needed or to be had.</summary>
    /// <exception cref="SandboxException">A limit was asked for, and this host lets us set none.</exception>
    public static SandboxCgroup? Create(SandboxSpec spec, RuntimeOptions options)
    {
        var host = options.Host;
        var isWanted = spec.Limits is not null || spec.CgroupParent is not null;
        if (!host.HasUnifiedCgroups && !isWanted)
        {
            return null;
        }

        var parent = ReadParent(spec);
        var made = new List<CgroupDirectory>();
        try
        {
            CgroupSweep.RunOnce(host.HasUnifiedCgroups ? [Mounted] : Controllers.Select(controller => $"{Mounted}/{controller}"), parent);
            var settings = spec.Limits is { } limits ? CgroupSettings.For(limits, host.HasUnifiedCgroups) : [];
            return host.HasUnifiedCgroups ? CreateUnified(parent, settings, made) : CreateSplit(parent, settings, made);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            made.ForEach(static directory => _ = directory.RemoveAsync().AsTask());
            return !isWanted ? null : throw new SandboxException($"the limits of the sandbox cannot be set: {refusal.Message}", refusal)
            {
                Hint = "run as root on a host with writable cgroups, or leave the limits and the cgroup parent out",
            };
        }
    }

    /// <summary>Closes the descriptors that only the start needed.</summary>
    public void CloseHandles()
    {
        BirthPlace?.Dispose();
        foreach (var join in Joins)
        {
            join.Dispose();
        }
    }

    /// <summary>Removes the cgroup, whose processes have all been killed.</summary>
    public async ValueTask RemoveAsync()
    {
        foreach (var directory in directories)
        {
            await directory.RemoveAsync();
        }
    }

    private static string ReadParent(SandboxSpec spec)
    {
        var parent = spec.CgroupParent ?? DefaultParent;
        return CgroupPaths.ProblemOf(parent) is not { } problem ? parent.Trim('/') : throw new SandboxException($"'{parent}' is not a path of a cgroup: {problem}")
        {
            Code = SandboxException.BadSpecification,
            Hint = "give a path such as /builds",
        };
    }

    private static SandboxCgroup CreateUnified(string parent, List<CgroupSetting> settings, List<CgroupDirectory> made)
    {
        EnableControllers(parent, settings);
        made.Add(CgroupDirectory.Make($"{Mounted}/{parent}"));
        var path = made[0].Path;
        foreach (var setting in settings)
        {
            File.WriteAllText($"{path}/{setting.File}", setting.Value);
        }

        return new(made, $"{path}/memory.events")
        {
            BirthPlace = Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory),
        };
    }

    // A controller works in a cgroup when every one above hands it down.
    private static void EnableControllers(string parent, List<CgroupSetting> settings)
    {
        var path = Mounted;
        foreach (var part in parent.Split('/').Prepend(""))
        {
            path = $"{path}/{part}";
            Directory.CreateDirectory(path);
            foreach (var controller in settings.Select(setting => setting.Controller).Append("memory").Distinct(StringComparer.Ordinal))
            {
                TryWrite($"{path}/cgroup.subtree_control", $"+{controller}");
            }
        }
    }

    private static void TryWrite(string file, string value)
    {
        try
        {
            File.WriteAllText(file, value);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            // The limit's own file will be missing then, which is the error that can be explained.
        }
    }

    private static SandboxCgroup CreateSplit(string parent, List<CgroupSetting> settings, List<CgroupDirectory> made)
    {
        var joins = new List<SafeFileHandle>();
        var memoryEvents = (string?)null;
        foreach (var controller in settings.Select(setting => setting.Controller).DefaultIfEmpty("pids").Distinct(StringComparer.Ordinal))
        {
            var directory = CgroupDirectory.Make($"{Mounted}/{controller}/{parent}");
            made.Add(directory);
            if (controller == "cpuset")
            {
                InheritSets(directory.Path);
            }

            foreach (var setting in settings.Where(setting => setting.Controller == controller))
            {
                File.WriteAllText($"{directory.Path}/{setting.File}", setting.Value);
            }

            joins.Add(Descriptors.Open($"{directory.Path}/cgroup.procs", OpenFlags.WriteOnly));
            memoryEvents = controller == "memory" ? $"{directory.Path}/memory.oom_control" : memoryEvents;
        }

        return new(made, memoryEvents) { Joins = joins };
    }

    // A new v1 cpuset is empty: it takes no process, and what is below it can be given nothing, before it has both sets.
    private static void InheritSets(string directory)
    {
        var above = $"{Mounted}/cpuset";
        foreach (var part in directory[above.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = $"{above}/{part}";
            foreach (var file in (string[])["cpuset.mems", "cpuset.cpus"])
            {
                if (File.ReadAllText($"{path}/{file}").Trim().Length == 0)
                {
                    File.WriteAllText($"{path}/{file}", File.ReadAllText($"{above}/{file}").Trim());
                }
            }

            above = path;
        }
    }
}
