using System.Collections.Immutable;
using System.Globalization;

namespace SharpBuild.Runtime.Rootless;

/// <summary>The ranges of ids that the administrator gave to an ordinary user (subuid(5), subgid(5)).</summary>
public static class SubordinateIds
{
    /// <summary>The ranges of a user in the text of such a file; each line names the user or his number.</summary>
    public static ImmutableArray<(uint Start, uint Count)> Parse(string text, string user, uint uid)
    {
        ArgumentNullException.ThrowIfNull(text);
        var number = uid.ToString(CultureInfo.InvariantCulture);
        var ranges = ImmutableArray.CreateBuilder<(uint, uint)>();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            var fields = line.Split(':');
            if (fields.Length == 3 && (fields[0] == user || fields[0] == number)
                && uint.TryParse(fields[1], CultureInfo.InvariantCulture, out var start)
                && uint.TryParse(fields[2], CultureInfo.InvariantCulture, out var count) && count > 0)
            {
                ranges.Add((start, count));
            }
        }

        return ranges.ToImmutable();
    }

    /// <summary>The arguments of newuidmap(1) after the process id: the user becomes 0, the ranges follow without a gap.</summary>
    public static ImmutableArray<string> MapArguments(uint id, ImmutableArray<(uint Start, uint Count)> ranges)
    {
        var arguments = ImmutableArray.CreateBuilder<string>();
        void Add(uint inside, uint outside, uint count) => arguments.AddRange(
            inside.ToString(CultureInfo.InvariantCulture),
            outside.ToString(CultureInfo.InvariantCulture),
            count.ToString(CultureInfo.InvariantCulture));

        Add(0, id, 1);
        var next = 1u;
        foreach (var (start, count) in ranges)
        {
            Add(next, start, count);
            next += count;
        }

        return arguments.ToImmutable();
    }
}
