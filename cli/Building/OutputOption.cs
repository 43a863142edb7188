using System.Collections.Immutable;
using SharpBuild.Builder;
using SharpBuild.Cli.Arguments;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Building;

/// <summary><c>--output</c>.</summary>
internal static class OutputOption
{
    private static readonly string[] Types = ["image", "registry", "docker", "oci", "local", "tar"];

    /// <summary>Reads <c>type=…,dest=…</c>; a bare path is a directory, <c>-</c> a tar on standard output.</summary>
    /// <param name="text">As the user gave it.</param>
    /// <param name="outputIsTerminal">Whether standard output is a terminal, which no archive is written to.</param>
    public static OutputOptions Parse(string text, bool outputIsTerminal)
    {
        var attributes = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var field in CsvFields.Split(text))
        {
            var (key, value) = CsvFields.Pair(field);
            if (value is null)
            {
                return field == text ? Bare(text, outputIsTerminal) : throw new UsageException($"--output: '{field}' has no value; write type=…,dest=…");
            }

            attributes[key.ToLowerInvariant()] = value;
        }

        if (!attributes.TryGetValue("type", out var type))
        {
            throw new UsageException($"--output '{text}' has no type; use one of {string.Join(", ", Types)}");
        }

        if (!Types.Contains(type))
        {
            throw new UsageException($"--output: unknown type '{type}'", Suggestion.Find(type, Types));
        }

        var destination = attributes.GetValueOrDefault("dest");
        attributes.Remove("type");
        attributes.Remove("dest");
        return new(type, Destination(type, destination, attributes, outputIsTerminal), attributes.ToImmutable());
    }

    private static OutputOptions Bare(string text, bool outputIsTerminal)
    {
        var none = ImmutableSortedDictionary<string, string>.Empty;
        var type = text == "-" ? "tar" : "local";
        return new(type, Destination(type, text, none, outputIsTerminal), none);
    }

    private static string? Destination(string type, string? text, IReadOnlyDictionary<string, string> attributes, bool outputIsTerminal)
    {
        // Without a destination an image stays in the local store; the others have nowhere else to go than standard output.
        var path = string.IsNullOrEmpty(text) && type is ("oci" or "tar") ? "-" : text;
        if (path == "-" && type == "local")
        {
            throw new UsageException("--output type=local writes a directory: it cannot go to standard output, type=tar can");
        }

        if (path == "-" && type == "oci" && attributes.GetValueOrDefault("tar") == "false")
        {
            throw new UsageException("--output type=oci,tar=false writes a directory: give dest=DIR");
        }

        if (path == "-" && outputIsTerminal)
        {
            throw new UsageException($"--output type={type}: standard output is a terminal; give dest=PATH or redirect it");
        }

        if (string.IsNullOrEmpty(path))
        {
            return type == "local" ? throw new UsageException("--output type=local needs dest=DIR") : null;
        }

        if (type is "image" or "registry")
        {
            throw new UsageException($"--output type={type} takes no dest; name the image with -t or name=");
        }

        var isDirectory = type == "local" || (type == "oci" && attributes.GetValueOrDefault("tar") == "false");
        return path == "-" ? path : isDirectory ? Path.GetFullPath(path) : WrittenFile.Check("--output", path);
    }
}
