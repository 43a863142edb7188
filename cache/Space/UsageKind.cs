namespace SharpBuild.Cache.Space;

/// <summary>What takes up space in a store.</summary>
public enum UsageKind
{
    /// <summary>A layer: what one step wrote, or a layer of an image.</summary>
    Layer,

    /// <summary>A cache mount of RUN.</summary>
    CacheMount,

    /// <summary>What is remembered of the files of a context or of a selection out of a snapshot.</summary>
    Context,

    /// <summary>A blob: a manifest, a config, a compressed layer.</summary>
    Blob,

    /// <summary>Records, names, locks and all else that the store keeps for itself; containers and volumes.</summary>
    Internal,
}

/// <summary>The names of the kinds.</summary>
public static class UsageKinds
{
    /// <summary>What <c>docker buildx du</c> calls it; a kind that it does not have gets a name of ours.</summary>
    public static string Name(this UsageKind kind) => kind switch
    {
        UsageKind.Layer => "regular",
        UsageKind.CacheMount => "exec.cachemount",
        UsageKind.Context => "source.local",
        UsageKind.Blob => "blob",
        UsageKind.Internal => "internal",
        _ => throw new System.Diagnostics.UnreachableException($"no name for {kind}"),
    };
}
