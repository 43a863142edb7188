using System.Collections.Immutable;
using SharpBuild.Builder;
using SharpBuild.Cli.Arguments;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Building;

/// <summary><c>--cache-from</c> and <c>--cache-to</c>.</summary>
internal static class CacheOption
{
    private static readonly string[] Types = ["registry", "local", "inline", "gha", "s3", "azblob"];

    /// <summary>Reads <c>type=…,key=value,…</c>; a bare name is a reference in a registry.</summary>
    /// <param name="option">The option, for messages.</param>
    /// <param name="text">As the user gave it.</param>
    public static CacheOptions Parse(string option, string text)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var field in CsvFields.Split(text))
        {
            var (key, value) = CsvFields.Pair(field);
            if (value is null)
            {
                return field == text ? new("registry", attributes.ToImmutable().Add("ref", text)) : throw new UsageException($"{option}: '{field}' has no value; write type=…,ref=…");
            }

            attributes[key.ToLowerInvariant()] = value;
        }

        if (!attributes.Remove("type", out var type))
        {
            throw new UsageException($"{option} '{text}' has no type; use registry, local or inline");
        }

        return Types.Contains(type) ? new(type, attributes.ToImmutable()) : throw new UsageException($"{option}: unknown type '{type}'", Suggestion.Find(type, Types));
    }
}
