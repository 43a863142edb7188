using System.Globalization;

namespace SharpBuild.Bench;

/// <summary>What a container costs that does nothing.</summary>
internal static class StartComparison
{
    private const int Few = 10;
    private const int Many = 60;

    /// <summary>Prints milliseconds: a whole <c>run … true</c>, and one more RUN in a build.</summary>
    public static int Run(int rounds)
    {
        using var bed = new Bed();
        var few = bed.Lay(new Workload("few", Workload.RunSteps(Few)));
        var many = bed.Lay(new Workload("many", Workload.RunSteps(Many)));
        var runs = bed.All.ToDictionary(tool => tool.Name, _ => new List<double>());
        var steps = bed.All.ToDictionary(tool => tool.Name, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var tool in bed.All)
            {
                if (tool.Run(Bed.Base) is { Length: > 0 } words)
                {
                    runs[tool.Name].Add(tool.Time(words));
                }

                // The difference leaves out what every build costs once.
                var less = tool.Time(tool.Build(tool.Inside(few), "localhost/bench:few", true));
                var more = tool.Time(tool.Build(tool.Inside(many), "localhost/bench:many", true));
                steps[tool.Name].Add((more - less) / (Many - Few));
            }
        }

        foreach (var tool in bed.All)
        {
            Console.WriteLine($"{tool.Name,-12} run true {Milliseconds(runs[tool.Name])} ms   one more RUN {Milliseconds(steps[tool.Name])} ms");
        }

        return 0;
    }

    private static string Milliseconds(List<double> times) =>
        times.Count == 0 ? "       -" : (Bed.Median(times) * 1000).ToString("F1", CultureInfo.InvariantCulture).PadLeft(8);
}
