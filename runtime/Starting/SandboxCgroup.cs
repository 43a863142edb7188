using System.Globalization;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

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
    private const int RemovalAttempts = 40;

    private static readonly HashSet<string> swept = new(StringComparer.Ordinal);

    private static int lastNumber;

    private readonly List<string> paths = [];
    private readonly string? eventsFile;

    private SandboxCgroup(List<string> paths, string? eventsFile)
    {
        this.paths = paths;
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

        var made = new List<string>();
        try
        {
            var name = Name(spec);
            var settings = spec.Limits is { } limits ? CgroupSettings.For(limits, host.HasUnifiedCgroups) : [];
            return host.HasUnifiedCgroups ? CreateUnified(name, settings, made, options.Backend) : CreateSplit(name, settings, made);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            made.ForEach(path => TryRemove(path));
            return !isWanted ? null : throw new SandboxException("the limits of the sandbox cannot be set", refusal)
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

    /// <summary>Removes the cgroup, whose processes have all been killed; it may take the kernel a moment to forget them.</summary>
    public async ValueTask RemoveAsync()
    {
        foreach (var path in paths)
        {
            for (var attempt = 0; attempt < RemovalAttempts && !TryRemove(path); attempt++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5));
            }
        }
    }

    private static string Name(SandboxSpec spec)
    {
        var parent = spec.CgroupParent?.Trim('/') ?? DefaultParent;
        if (parent.Contains(':', StringComparison.Ordinal) || parent.Split('/').Contains("..", StringComparer.Ordinal))
        {
            throw new SandboxException($"'{spec.CgroupParent}' is no path of a cgroup")
            {
                Code = SandboxException.BadSpecification,
                Hint = "give a path such as /builds; systemd's slice:prefix:name form is not supported",
            };
        }

        return string.Create(
            CultureInfo.InvariantCulture, $"{parent}/{System.Environment.ProcessId}-{Interlocked.Increment(ref lastNumber)}");
    }

    // Nobody removes the cgroup of a sharpbuild that was killed, and its number comes again: with its limits, and what it counted. Looked
    // for once, before the first of this process is made: an empty one may be about to get its process.
    private static void RemoveAbandoned(string parent)
    {
        lock (swept)
        {
            if (!swept.Add(parent) || !Directory.Exists(parent))
            {
                return;
            }

            foreach (var path in Directory.EnumerateDirectories(parent).Where(path => IsAbandoned(Path.GetFileName(path))))
            {
                // Refused while something lives in it.
                TryRemove(path);
            }
        }
    }

    private static bool IsAbandoned(string name) =>
        int.TryParse(name.AsSpan(0, Math.Max(0, name.IndexOf('-', StringComparison.Ordinal))), NumberStyles.None, CultureInfo.InvariantCulture, out var owner)
        && (owner == System.Environment.ProcessId || !Directory.Exists($"/proc/{owner}"));

    private static SandboxCgroup CreateUnified(string name, List<CgroupSetting> settings, List<string> made, RuntimeBackend backend)
    {
        var path = $"{Mounted}/{name}";
        RemoveAbandoned(Path.GetDirectoryName(path)!);
        EnableControllers(name, settings);
        Directory.CreateDirectory(path);
        made.Add(path);
        foreach (var setting in settings)
        {
            File.WriteAllText($"{path}/{setting.File}", setting.Value);
        }

        return new(made, $"{path}/memory.events")
        {
            // Only clone3 can give birth in a cgroup; whoever was spawned otherwise joins it.
            BirthPlace = backend == RuntimeBackend.Direct ? Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory) : null,
            Joins = backend == RuntimeBackend.Direct ? [] : [Descriptors.Open($"{path}/cgroup.procs", OpenFlags.WriteOnly)],
        };
    }

    // A controller works in a cgroup when every one above hands it down.
    private static void EnableControllers(string name, List<CgroupSetting> settings)
    {
        var path = Mounted;
        foreach (var part in name.Split('/'))
        {
            foreach (var controller in settings.Select(setting => setting.Controller).Append("memory").Distinct(StringComparer.Ordinal))
            {
                TryWrite($"{path}/cgroup.subtree_control", $"+{controller}");
            }

            path = $"{path}/{part}";
            Directory.CreateDirectory(path);
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

    private static SandboxCgroup CreateSplit(string name, List<CgroupSetting> settings, List<string> made)
    {
        var joins = new List<SafeFileHandle>();
        foreach (var controller in settings.Select(setting => setting.Controller).DefaultIfEmpty("pids").Distinct(StringComparer.Ordinal))
        {
            var path = $"{Mounted}/{controller}/{name}";
            RemoveAbandoned(Path.GetDirectoryName(path)!);
            Directory.CreateDirectory(path);
            made.Add(path);
            if (controller == "cpuset")
            {
                InheritSets(name);
            }

            foreach (var setting in settings.Where(setting => setting.Controller == controller))
            {
                File.WriteAllText($"{path}/{setting.File}", setting.Value);
            }

            joins.Add(Descriptors.Open($"{path}/cgroup.procs", OpenFlags.WriteOnly));
        }

        var memory = made.Find(path => path.StartsWith($"{Mounted}/memory/", StringComparison.Ordinal));
        return new(made, memory is null ? null : $"{memory}/memory.oom_control") { Joins = joins };
    }

    // A new v1 cpuset is empty: it takes no process, and what is below it can be given nothing, before it has both sets.
    private static void InheritSets(string name)
    {
        var parent = $"{Mounted}/cpuset";
        foreach (var part in name.Split('/'))
        {
            var path = $"{parent}/{part}";
            foreach (var file in (string[])["cpuset.mems", "cpuset.cpus"])
            {
                if (File.ReadAllText($"{path}/{file}").Trim().Length == 0)
                {
                    File.WriteAllText($"{path}/{file}", File.ReadAllText($"{parent}/{file}").Trim());
                }
            }

            parent = path;
        }
    }

    private static bool TryRemove(string path)
    {
        try
        {
            Directory.Delete(path);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
