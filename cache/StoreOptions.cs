namespace SharpBuild.Cache;

/// <summary>Where a store is and how it is used.</summary>
/// <param name="Root">The absolute path of the store's directory; it is made when missing.</param>
/// <param name="InUserNamespace">Whether this process is root of a user namespace only, so that overlayfs marks sit in <c>user.overlay.*</c>.</param>
/// <param name="Clock">The clock.</param>
public sealed record StoreOptions(string Root, bool InUserNamespace, TimeProvider Clock)
{
    /// <summary>Whether what this process finds in the store is kept from the garbage collector for as long as it has the store open; the collector itself takes no lease.</summary>
    public bool TakesLease { get; init; } = true;
}
