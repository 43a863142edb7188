using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Builder.Exporting;

/// <summary>The names that an image gets in the store and in registries, some of which hold its digest and are known at the end only.</summary>
internal sealed class OutputNames
{
    private readonly string? danglingPrefix;
    private readonly bool isCanonical;

    /// <summary>Reads <c>name</c>, <c>name-canonical</c> and <c>dangling-name-prefix</c>.</summary>
    /// <exception cref="BuildException">One is no name.</exception>
    public OutputNames(OutputAttributes attributes, BuildOptions options)
    {
        Given = [.. options.Tags.Concat(attributes.Names()).Distinct()];
        var prefix = attributes.Text("dangling-name-prefix");
        if (!string.IsNullOrEmpty(prefix) && (!ImageReference.TryParse(prefix, out var parsed) || parsed.Digest is not null))
        {
            throw new BuildException("SB0106", $"'{prefix}' is not an image name that a digest could follow") { Hint = "write dangling-name-prefix=[registry/]repository" };
        }

        // The missing letter is BuildKit's.
        var asFallbackOnly = attributes.Flag("danging-name-empty-only");
        danglingPrefix = string.IsNullOrEmpty(prefix) || (asFallbackOnly && !Given.IsEmpty) ? null : prefix;
        isCanonical = attributes.Flag("name-canonical");
    }

    /// <summary>The names that are known from the start.</summary>
    public ImmutableArray<ImageReference> Given { get; }

    /// <summary>Whether there will be any name.</summary>
    public bool IsEmpty => Given.IsEmpty && danglingPrefix is null;

    /// <summary>The names to push under.</summary>
    public ImmutableArray<ImageReference> Pushed(Digest digest) => danglingPrefix is null ? Given : Given.Add(ImageReference.Parse($"{danglingPrefix}@{digest}"));

    /// <summary>The names to keep in the store.</summary>
    public ImmutableArray<ImageReference> Kept(Digest digest) => isCanonical
        ? [.. Pushed(digest).Concat(Given.Where(static name => name.Digest is null).Select(name => name.WithDigest(digest)))]
        : Pushed(digest);
}
