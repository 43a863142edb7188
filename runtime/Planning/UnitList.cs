using System.Globalization;

namespace SharpBuild.Runtime.Planning;

/// <summary>Numbers of processors or memory nodes in the kernel's list format (cpuset(7)): <c>0-2,5</c>.</summary>
public static class UnitList
{
    /// <summary>The processors of this machine that can be had now, as a list.</summary>
    public static string Processors => Read("/sys/devices/system/cpu/online");

    /// <summary>The memory nodes of this machine, as a list; a kernel without NUMA has one, and no file that says so.</summary>
    public static string MemoryNodes => Read("/sys/devices/system/node/online");

    /// <summary>Reads a list as ranges, both ends included; false when it is none.</summary>
    public static bool TryParse(string text, out List<(int First, int Last)> ranges)
    {
        ArgumentNullException.ThrowIfNull(text);
        ranges = [];
        foreach (var part in text.Split(','))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            if (!TryNumber(dash < 0 ? part : part[..dash], out var first) || !TryNumber(dash < 0 ? part : part[(dash + 1)..], out var last) || last < first)
            {
                return false;
            }

            ranges.Add((first, last));
        }

        return true;
    }

    /// <summary>The first number of a list that another one lacks; null when it has all.</summary>
    public static int? FindMissing(List<(int First, int Last)> wanted, List<(int First, int Last)> available)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        foreach (var (first, last) in wanted)
        {
            // The available ranges are few, the wanted ones may be 0-2147483647: step from the end of one range to the next.
            for (long number = first; number <= last;)
            {
                var index = available.FindIndex(range => range.First <= number && number <= range.Last);
                if (index < 0)
                {
                    return (int)number;
                }

                number = available[index].Last + 1L;
            }
        }

        return null;
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Read(string file) => File.Exists(file) ? File.ReadAllText(file).Trim() : "0";
}
