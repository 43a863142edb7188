using SharpBuild.Image;
using SharpBuild.Image.Layouts;

namespace SharpBuild.Builder.Planning;

/// <summary>What a Dockerfile asks for when it names an image.</summary>
/// <param name="Reference">The normalised name.</param>
/// <param name="Platform">The platform.</param>
internal sealed record ImageKey(ImageReference Reference, Platform Platform)
{
    /// <summary>The OCI layout that holds it; null for the store and the registry.</summary>
    public LayoutPlace? Layout { get; init; }
}
