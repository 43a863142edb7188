using SharpBuild.Cache.Content;

namespace SharpBuild.Builder.Execution;

/// <summary>An open tree; a context stays open for the other steps when this one is done with it.</summary>
internal readonly struct TreeLease(IFileTree tree, bool isShared) : IDisposable
{
    /// <summary>The tree.</summary>
    public IFileTree Tree => tree;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!isShared)
        {
            tree.Dispose();
        }
    }
}
