using System.Collections.Immutable;

namespace SharpBuild.Cli.Building;

/// <summary><c>--build-arg</c>, and the proxy variables that every build gets.</summary>
internal static class BuildArguments
{
    private static readonly string[] ProxyNames = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

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

    /// <summary>The proxy variables of the environment, in capitals and in small letters.</summary>
    public static ImmutableDictionary<string, string> ReadProxies(Func<string, string?> lookup)
    {
        var values = ImmutableDictionary<string, string>.Empty;
        foreach (var name in ProxyNames)
        {
            foreach (var spelling in new[] { name, name.ToLowerInvariant() })
            {
                if (lookup(spelling) is { Length: > 0 } value)
                {
                    values = values.SetItem(spelling, value);
                }
            }
        }

        return values;
    }
}
