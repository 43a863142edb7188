using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Builder.Exporting;

/// <summary>What a build made for one output, before it goes anywhere.</summary>
/// <param name="Images">The images, one a platform, in the order in which the platforms were asked for.</param>
/// <param name="Index">What its index says; null for a single image without an index.</param>
internal sealed record AssembledBuild(ImmutableArray<AssembledImage> Images, AssembledIndex? Index)
{
    /// <summary>When the newest image was created.</summary>
    public DateTimeOffset? Created => Images.Max(static image => image.Config.Created);
}

/// <summary>What an index says besides naming its images.</summary>
/// <param name="Template">Its media type and annotations, without manifests.</param>
/// <param name="DescriptorAnnotations">What whoever names it says of it; null for nothing.</param>
internal sealed record AssembledIndex(ImageIndex Template, ImmutableSortedDictionary<string, string>? DescriptorAnnotations);
