using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>A directory on the store's file system that is removed with all it holds when disposed, or by the next process after a crash.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    internal TemporaryDirectory(string path)
    {
        Path = path;
        Inodes.TryMakeDirectory(path, 0b111_000_000);
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => TreeRemover.Remove(Path);
}
