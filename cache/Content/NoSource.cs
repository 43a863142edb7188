using Microsoft.Win32.SafeHandles;
using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>The source of files that come from no tree.</summary>
internal sealed class NoSource : IFileTree
{
    public SafeFileHandle Root => throw new InvalidOperationException("there is no source");

    public bool IsOwnedByRoot => true;

    public bool MayChange => false;

    public bool IsQuicklyDigested => true;

    public PathVerdict Judge(string path, bool isDirectory) => PathVerdict.Skip;

    public bool TryGetDigest(in FileStatus status, out FileDigest digest)
    {
        digest = default;
        return false;
    }

    public void Remember(in FileStatus status, in FileDigest digest)
    {
    }

    public Digest? TryGetSelection(CopySelection selection) => null;

    public void RememberSelection(CopySelection selection, Digest content)
    {
    }

    public void Dispose()
    {
    }
}
