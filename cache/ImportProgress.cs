using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>How far the import of an image's layer is.</summary>
/// <param name="Blob">The compressed layer.</param>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Compressed bytes that are through.</param>
/// <param name="Total">Compressed bytes of the layer.</param>
public readonly record struct ImportProgress(Digest Blob, ImportStage Stage, long Done, long Total);

/// <summary>What is being done with a layer.</summary>
public enum ImportStage
{
    /// <summary>It was there already.</summary>
    Present,

    /// <summary>Its bytes arrive.</summary>
    Fetching,

    /// <summary>Its files are written.</summary>
    Extracting,

    /// <summary>It is finished.</summary>
    Complete,
}
