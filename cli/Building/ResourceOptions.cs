using System.CommandLine;
using System.Globalization;
using SharpBuild.Cli.Arguments;
using SharpBuild.Cli.Commands;
using SharpBuild.Cli.Running;
using SharpBuild.Parser;
using SharpBuild.Runtime;
using SharpBuild.Runtime.Planning;

namespace SharpBuild.Cli.Building;

/// <summary><c>--resource</c>, and the older options that say the same one by one.</summary>
internal sealed class ResourceOptions
{
    private static readonly string[] Names =
        ["memory", "memory-swap", "cpu-shares", "cpu-period", "cpu-quota", "cpuset-cpus", "cpuset-mems"];

    // Docker's own: with less a container cannot even be set up.
    private const long LeastMemory = 6 << 20;

    private const long LongestPeriod = 1_000_000; // microseconds, the kernel's

    private readonly Option<string[]> resource;
    private readonly Option<string[]>[] single;

    /// <summary>Declares them.</summary>
    /// <param name="declare">Adds an option to the command: name, short name, placeholder, description.</param>
    public ResourceOptions(Func<string, string?, string, string, Option<string[]>> declare)
    {
        resource = declare("--resource", null, "LIMIT=VALUE", $"Limit each RUN as a whole: {string.Join(", ", Names)}");
        single =
        [
            declare("--memory", "-m", "SIZE", "Short for --resource memory=SIZE"),
            declare("--memory-swap", null, "SIZE", "Short for --resource memory-swap=SIZE: memory and swap together, -1 for no limit"),
            declare("--cpu-shares", "-c", "WEIGHT", "Short for --resource cpu-shares=WEIGHT"),
            declare("--cpu-period", null, "MICROSECONDS", "Short for --resource cpu-period=…"),
            declare("--cpu-quota", null, "MICROSECONDS", "Short for --resource cpu-quota=…"),
            declare("--cpuset-cpus", null, "LIST", "Short for --resource cpuset-cpus=LIST, such as 0-2,5"),
            declare("--cpuset-mems", null, "LIST", "Short for --resource cpuset-mems=LIST"),
        ];
    }

    /// <summary>Reads them; null when none is given.</summary>
    public ResourceLimits? Read(ParsedArguments arguments)
    {
        ResourceLimits? limits = null;
        foreach (var field in arguments.All(resource).SelectMany(CsvFields.Split))
        {
            var (name, value) = CsvFields.Pair(field);
            limits = Set(limits, "--resource " + name, name, value ?? throw new UsageException($"--resource: '{field}' has no value; write {field}=VALUE"));
        }

        foreach (var option in single)
        {
            limits = arguments.Last(option) is { } value ? Set(limits, option.Name, option.Name[2..], value) : limits;
        }

        return limits is null ? null : Check(limits);
    }

    private static ResourceLimits Set(ResourceLimits? limits, string option, string name, string value)
    {
        limits ??= new();
        return name switch
        {
            "memory" => limits with { Memory = Memory(option, value) },
            "memory-swap" => limits with { MemoryAndSwap = value == "-1" ? -1 : SizeText.ParseOrUsual(option, value) },
            "cpu-shares" => limits with { CpuShares = Number(option, value, 2) },
            "cpu-period" => limits with { CpuPeriod = Number(option, value, 1000, LongestPeriod) },
            "cpu-quota" => limits with { CpuQuota = value == "-1" ? -1 : Number(option, value, 1000) },
            "cpuset-cpus" => limits with { CpuSet = Units(option, value, "processor", UnitList.Processors) },
            "cpuset-mems" => limits with { MemorySet = Units(option, value, "memory node", UnitList.MemoryNodes) },
            _ => throw new UsageException($"--resource: unknown limit '{name}'; use one of {string.Join(", ", Names)}", Suggestion.Find(name, Names)),
        };
    }

    private static ResourceLimits Check(ResourceLimits limits) => limits switch
    {
        { MemoryAndSwap: not null, Memory: null } => throw new UsageException("memory-swap counts memory and swap together: give memory, too"),
        { MemoryAndSwap: >= 0 and var both, Memory: { } memory } when both < memory => throw new UsageException($"memory-swap ({both}) is less than memory ({memory}), which it counts in"),
        _ => limits,
    };

    // 0 is no limit.
    private static long? Memory(string option, string text) => SizeText.Parse(option, text) switch
    {
        0 => null,
        < LeastMemory => throw new UsageException($"{option}: '{text}' is too small: the minimum is 6m, and 0 means no limit"),
        var size => size,
    };

    private static long Number(string option, string text, long minimum, long maximum = long.MaxValue) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : throw new UsageException($"{option}: '{text}' is not a number from {minimum} {(maximum == long.MaxValue ? "on" : $"to {maximum}")}");

    private static string Units(string option, string text, string kind, string available)
    {
        if (!UnitList.TryParse(text, out var wanted))
        {
            throw new UsageException($"{option}: '{text}' is not a list such as 0-2,5");
        }

        return UnitList.TryParse(available, out var present) && UnitList.FindMissing(wanted, present) is { } missing
            ? throw new UsageException($"{option}: this machine has no {kind} {missing}; there is {available}")
            : text;
    }
}
