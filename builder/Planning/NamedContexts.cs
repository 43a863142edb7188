using System.Collections.Immutable;
using SharpBuild.Image;
using SharpBuild.Image.Layouts;
using SharpBuild.Parser.Sources;

namespace SharpBuild.Builder.Planning;

/// <summary>The named contexts of a build, found as BuildKit finds them: by the familiar name without <c>:latest</c>, first with the platform behind <c>::</c>. What nobody asks for is not looked at.</summary>
/// <param name="given">Names and places.</param>
internal sealed class NamedContexts(ImmutableDictionary<string, string> given)
{
    private const string ImagePrefix = "docker-image://";
    private const string LayoutPrefix = "oci-layout://";
    private const string PlatformMark = "::";

    /// <summary>The context that stands in for a stage or image; null when there is none.</summary>
    /// <exception cref="BuildException">It says something that makes no sense.</exception>
    public NamedContext? Find(string name, Platform platform)
    {
        if (given.IsEmpty)
        {
            return null;
        }

        var wanted = Normalize(name);
        var key = FindKey(wanted + PlatformMark + platform) ?? FindKey(wanted);
        return key is null ? null : Read(key, given[key]);
    }

    private string? FindKey(string wanted)
    {
        foreach (var key in given.Keys)
        {
            var mark = key.IndexOf(PlatformMark, StringComparison.Ordinal);
            if ((mark < 0 ? Normalize(key) : Normalize(key[..mark]) + key[mark..]) == wanted)
            {
                return key;
            }
        }

        return null;
    }

    // A reference without a tag has ":latest"; a name that is no reference (a stage may have one) stays as it is.
    private static string Normalize(string name) => ImageReference.TryParse(name, out var reference) ? reference.ToString() : name;

    private static NamedContext Read(string name, string place)
    {
        if (place.StartsWith(ImagePrefix, StringComparison.Ordinal))
        {
            return ReadImage(name, place[ImagePrefix.Length..]);
        }

        if (place.StartsWith(LayoutPrefix, StringComparison.Ordinal))
        {
            return LayoutPlace.TryParse(place[LayoutPrefix.Length..], out var layout)
                ? new LayoutContext(name, layout)
                : throw Wrong(name, place, "write oci-layout://DIRECTORY[:TAG][@sha256:DIGEST]");
        }

        try
        {
            return RemoteSource.TryParseContext(place, out var source) ? new RemoteContext(name, source) : new DirectoryContext(name);
        }
        catch (SourceSyntaxException problem)
        {
            throw new BuildException("SB1516", $"the named context '{name}' is not valid: {problem.Message}", problem) { Hint = problem.Hint };
        }
    }

    private static ImageContext ReadImage(string name, string image) =>
        image == "scratch" ? new(name, null)
        : ImageReference.TryParse(image, out var reference) ? new(name, reference)
        : throw Wrong(name, ImagePrefix + image, "write docker-image://[registry/]repository[:tag][@digest]");

    private static BuildException Wrong(string name, string place, string hint) =>
        new("SB1516", $"the named context '{name}' makes no sense: '{place}'") { Hint = hint };
}
