using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Builder.Exporting;

/// <summary>What an output wants the image to be.</summary>
/// <param name="Epoch">No created time of what is new is later (<c>SOURCE_DATE_EPOCH</c>); null for times as they were.</param>
/// <param name="RewritesTimes">Whether that goes for the files in new layers, too (<c>rewrite-timestamp</c>).</param>
/// <param name="Annotations">The annotations, those of all images and those of this output.</param>
internal sealed record AssemblyOptions(DateTimeOffset? Epoch, bool RewritesTimes, ImmutableArray<ImageAnnotation> Annotations)
{
    /// <summary>Whether manifests, configs and layers have Docker's media types instead of OCI's (<c>oci-mediatypes=false</c>).</summary>
    public bool UsesDockerTypes { get; init; }

    /// <summary>The annotations of one document; null for none.</summary>
    /// <param name="target">The document.</param>
    /// <param name="platform">The platform that it is for; null for an index.</param>
    public ImmutableSortedDictionary<string, string>? For(AnnotationTarget target, Platform? platform)
    {
        var chosen = Annotations.Where(a => a.Target == target && (a.Platform is null || platform is null || a.Platform == platform));
        var result = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var annotation in chosen)
        {
            result[annotation.Key] = annotation.Value;
        }

        return result.Count == 0 ? null : result.ToImmutable();
    }

    /// <summary>Refuses annotations of what the build does not make: they would be lost.</summary>
    /// <param name="options">The build.</param>
    /// <exception cref="BuildException">There is one, or the build says nonsense about an index.</exception>
    public void Check(BuildOptions options)
    {
        var makesIndex = options.MakesIndex;
        foreach (var annotation in Annotations)
        {
            var isOfIndex = annotation.Target is AnnotationTarget.Index or AnnotationTarget.IndexDescriptor;
            if (isOfIndex && !makesIndex)
            {
                throw new BuildException("SB0113", $"the annotation '{annotation.Key}' is for an index, and an image for one platform has none")
                {
                    Hint = "annotate the manifest, or set --build-arg BUILDKIT_MULTI_PLATFORM=1 for an index of one image",
                };
            }

            if (annotation.Platform is { } platform && !options.Platforms.Contains(platform))
            {
                throw new BuildException("SB0116", $"the annotation '{annotation.Key}' is for {platform}, which is not built")
                {
                    Hint = $"name one of {string.Join(", ", options.Platforms)}, or add the platform to --platform",
                };
            }

            if (UsesDockerTypes && annotation.Target != AnnotationTarget.Manifest)
            {
                throw new BuildException("SB0107", $"the annotation '{annotation.Key}' cannot stand where Docker's media types are asked for") { Hint = "leave oci-mediatypes=false out" };
            }
        }
    }
}
