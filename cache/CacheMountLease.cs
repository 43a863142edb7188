namespace SharpBuild.Cache;

/// <summary>A cache mount in use. It is released, not removed, when disposed.</summary>
public sealed class CacheMountLease : IDisposable
{
    private readonly StoreLock held;

    internal CacheMountLease(string path, StoreLock held) => (Path, this.held) = (path, held);

    /// <summary>The absolute path of the directory to bind.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();
}
