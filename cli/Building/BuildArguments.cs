using System.Collections.Immutable;

namespace SharpBuild.Cli.Building;

/// <summary>The values of <c>--build-arg</c>.</summary>
internal static class BuildArguments
{
    /// <summary>Reads <c>NAME=VALUE</c> and <c>NAME</c>; the latter is left out when the environment has no such variable.</summary>
    public static ImmutableDictionary<string, string> Read(IReadOnlyList<string> words, Func<string, string?> lookup)
    {
        var values = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var word in words)
        {
            var (name, value) = Arguments.CsvFields.Pair(word);
            if (name.Length == 0)
            {
                throw new UsageException($"'{word}' is not a build argument: write NAME=VALUE");
            }

            if ((value ?? lookup(name)) is { } known)
            {
                values[name] = known;
            }
        }

        return values.ToImmutable();
    }
}
