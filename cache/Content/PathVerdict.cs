namespace SharpBuild.Cache.Content;

/// <summary>What a filter says of a path.</summary>
public enum PathVerdict
{
    /// <summary>It is part of the tree.</summary>
    Include,

    /// <summary>Neither it nor anything below it is part of the tree.</summary>
    Skip,

    /// <summary>It is not, but something below it may be.</summary>
    SkipButDescend,
}
