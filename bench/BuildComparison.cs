using System.Collections.Immutable;
using System.Globalization;

namespace SharpBuild.Bench;

/// <summary>Times whole builds, one tool after the other in every round, so that a slow minute of the machine hits all of them.</summary>
internal static class BuildComparison
{
    /// <summary>Prints seconds for each tool, and how many times slower than sharpbuild each peer is.</summary>
    public static int Run(int rounds, IReadOnlyCollection<string> only)
    {
        using var bed = new Bed();
        Console.WriteLine($"{"workload",-12}{"phase",-8}{string.Concat(bed.All.Select(tool => $"{tool.Name,12}"))}   times slower");
        foreach (var workload in Workload.All.Where(workload => only.Count == 0 || only.Contains(workload.Name)))
        {
            var context = bed.Lay(workload);
            Compare(bed.All, workload, context, "cold", rounds);
            Compare(bed.All, workload, context, "warm", rounds);
            if (workload.Change is not null)
            {
                Compare(bed.All, workload, context, "changed", rounds);
            }
        }

        return 0;
    }

    private static void Compare(ImmutableArray<Tool> tools, Workload workload, string context, string phase, int rounds)
    {
        var times = tools.ToDictionary(tool => tool, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            if (phase == "changed")
            {
                workload.Change!(context);
            }

            foreach (var tool in tools)
            {
                times[tool].Add(tool.Time(tool.Build(tool.Inside(context), $"localhost/bench:{workload.Name}", phase == "cold")));
            }
        }

        Print(workload.Name, phase, [.. tools.Select(tool => Bed.Median(times[tool]))]);
    }

    private static void Print(string workload, string phase, double[] medians)
    {
        var cells = string.Concat(medians.Select(seconds => seconds.ToString("F3", CultureInfo.InvariantCulture).PadLeft(12)));
        var ratios = string.Join(' ', medians.Skip(1).Select(seconds => (seconds / medians[0]).ToString("F2", CultureInfo.InvariantCulture)));
        Console.WriteLine($"{workload,-12}{phase,-8}{cells}   {ratios}");
    }
}
