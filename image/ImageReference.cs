using System.Diagnostics.CodeAnalysis;

namespace SharpBuild.Image;

/// <summary>The name of an image as Docker reads it: <c>[registry/]repository[:tag][@digest]</c>. Always whole: registry and <c>library/</c> are filled in, and the tag <c>latest</c> when there is neither tag nor digest.</summary>
public sealed record ImageReference
{
    /// <summary>The registry that names without one mean.</summary>
    public const string DefaultRegistry = "docker.io";

    private const string OfficialPrefix = "library/";
    private const int MaximumNameLength = 255;
    private const int MaximumTagLength = 128;

    private ImageReference(string registry, string repository, string? tag, Digest? digest) =>
        (Registry, Repository, Tag, Digest) = (registry, repository, tag, digest);

    /// <summary>The registry's host and port.</summary>
    public string Registry { get; }

    /// <summary>The repository's path within the registry.</summary>
    public string Repository { get; }

    /// <summary>The tag, null when only a digest was given.</summary>
    public string? Tag { get; }

    /// <summary>The digest of the manifest or index, if given. It decides when there is a tag too.</summary>
    public Digest? Digest { get; }

    /// <summary>The name as people write it: without <c>docker.io</c> and <c>library/</c>.</summary>
    public string FamiliarName => FamiliarRepository + Suffix;

    /// <summary>Registry and repository, without tag and digest.</summary>
    public string Name => $"{Registry}/{Repository}";

    private string FamiliarRepository =>
        Registry != DefaultRegistry ? Name
        : Repository.StartsWith(OfficialPrefix, StringComparison.Ordinal) && Repository.IndexOf('/', OfficialPrefix.Length) < 0 ? Repository[OfficialPrefix.Length..]
        : Repository;

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest is { } digest ? "@" + digest : "");

    /// <summary>Reads a reference.</summary>
    /// <exception cref="ImageException">It does not follow the rules.</exception>
    public static ImageReference Parse(string text) =>
        Read(text, out var problem) ?? throw new ImageException(ImageErrorCodes.InvalidReference, $"'{text}' is not an image reference: {problem}")
        {
            Subject = text,
            Hint = "write it as [registry/]repository[:tag][@sha256:…], in lower case",
        };

    /// <summary>As <see cref="Parse"/>, but false when it does not follow the rules.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = text is null ? null : Read(text, out _);
        return reference is not null;
    }

    /// <summary>The same repository with another tag and no digest.</summary>
    /// <exception cref="ImageException">It is not a tag.</exception>
    public ImageReference WithTag(string tag) => IsTag(tag) ? new(Registry, Repository, tag, null)
        : throw new ImageException(ImageErrorCodes.InvalidReference, $"'{tag}' is not a tag") { Subject = tag, Reference = this };

    /// <summary>The same name pinned to <paramref name="digest"/>; the tag stays for people to read.</summary>
    public ImageReference WithDigest(Digest digest) => new(Registry, Repository, Tag, digest);

    /// <summary>The whole reference.</summary>
    public override string ToString() => Name + Suffix;

    private static ImageReference? Read(string text, out string problem)
    {
        if (!SplitDigest(text, out var rest, out var digest, out problem))
        {
            return null;
        }

        // A colon after the last slash starts the tag; before it, the registry's port.
        string? tag = null;
        var colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('/'))
        {
            (rest, tag) = (rest[..colon], rest[(colon + 1)..]);
        }

        var (registry, repository) = SplitRegistry(rest);
        problem = FindProblem(registry, repository, tag, text);
        return problem.Length > 0 ? null : new(registry, repository, tag ?? (digest is null ? "latest" : null), digest);
    }

    private static bool SplitDigest(string text, out string rest, out Digest? digest, out string problem)
    {
        (rest, digest, problem) = (text, null, "");
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
        {
            return true;
        }

        rest = text[..at];
        if (!Image.Digest.TryParse(text[(at + 1)..], out var parsed))
        {
            problem = $"'{text[(at + 1)..]}' is not a digest";
            return false;
        }

        digest = parsed;
        return true;
    }

    private static (string Registry, string Repository) SplitRegistry(string name)
    {
        // Docker's rule: the first component is a host when it has a dot, a port, an upper-case letter, or is localhost.
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var isHost = first.AsSpan().ContainsAny(".:") || first == "localhost" || first.AsSpan().ContainsAnyInRange('A', 'Z');
        var (registry, repository) = isHost ? (first, name[(slash + 1)..]) : (DefaultRegistry, name);
        if (registry == "index.docker.io")
        {
            registry = DefaultRegistry;
        }

        return registry == DefaultRegistry && !repository.Contains('/', StringComparison.Ordinal) ? (registry, OfficialPrefix + repository) : (registry, repository);
    }

    private static string FindProblem(string registry, string repository, string? tag, string text)
    {
        if (text.Length == 64 && !text.AsSpan().ContainsAnyExcept(Characters.LowerHex))
        {
            return "64 hexadecimal digits are an image id, not a name";
        }

        return registry.Length + 1 + repository.Length > MaximumNameLength ? $"the name is longer than {MaximumNameLength} characters"
            : repository.AsSpan().ContainsAnyInRange('A', 'Z') ? $"repository name ({repository}) must be lowercase"
            : !IsRepository(repository) ? $"'{repository}' is not a repository name"
            : !IsHost(registry) ? $"'{registry}' is not a registry's host name"
            : tag is not null && !IsTag(tag) ? $"'{tag}' is not a tag"
            : "";
    }

    private static bool IsTag(string tag) =>
        tag.Length is > 0 and <= MaximumTagLength && tag[0] is not ('.' or '-')
        && tag.AsSpan().IndexOfAnyExcept(Characters.Word) < 0;

    private static bool IsRepository(string repository)
    {
        foreach (var range in repository.AsSpan().Split('/'))
        {
            if (!IsComponent(repository.AsSpan(range)))
            {
                return false;
            }
        }

        return true;
    }

    // Letters and digits, separated by one dot, one or two underscores, or any number of dashes.
    private static bool IsComponent(ReadOnlySpan<char> component)
    {
        while (true)
        {
            var run = component.IndexOfAnyExcept(Characters.LowerAlphanumeric);
            if (run < 0)
            {
                return component.Length > 0;
            }

            var length = component[run..].IndexOfAnyExcept(Characters.Separators);
            if (run == 0 || length < 0 || !(component.Slice(run, length) is "." or "_" or "__" || component.Slice(run, length).IndexOfAnyExcept('-') < 0))
            {
                return false;
            }

            component = component[(run + length)..];
        }
    }

    private static bool IsHost(string registry)
    {
        var colon = registry.StartsWith('[') ? registry.IndexOf("]:", StringComparison.Ordinal) + 1 : registry.IndexOf(':', StringComparison.Ordinal);
        var (host, port) = colon > 0 ? (registry[..colon], registry[(colon + 1)..]) : (registry, "0");
        if (!ushort.TryParse(port, System.Globalization.NumberStyles.None, null, out _))
        {
            return false;
        }

        return host.StartsWith('[')
            ? host.EndsWith(']') && System.Net.IPAddress.TryParse(host[1..^1], out _)
            : host.Length > 0 && host.AsSpan().IndexOfAnyExcept(Characters.Word) < 0
              && !Array.Exists(host.Split('.'), label => label.Length == 0 || label.StartsWith('-') || label.EndsWith('-'));
    }
}
