using Microsoft.Win32.SafeHandles;
using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>A tree that files are copied from: a build context, or the snapshot of a stage or image.</summary>
public interface IFileTree : IDisposable
{
    /// <summary>Its root directory.</summary>
    SafeFileHandle Root { get; }

    /// <summary>Whether all files count as owned by 0:0, whoever owns them on this machine.</summary>
    internal bool IsOwnedByRoot { get; }

    /// <summary>Whether somebody may write to its files while they are read: it is no snapshot, but a directory of this machine.</summary>
    internal bool MayChange { get; }

    /// <summary>Whether so few files are remembered of it that its digest is made on the thread that asks.</summary>
    internal bool IsQuicklyDigested { get; }

    /// <summary>Whether a path is part of the tree.</summary>
    /// <param name="path">Relative to the root, with slashes.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    internal PathVerdict Judge(string path, bool isDirectory);

    /// <summary>The digest of a file's content (and attributes) as remembered for exactly this status.</summary>
    internal bool TryGetDigest(in FileStatus status, out FileDigest digest);

    /// <summary>Remembers the digest of a file that was read after its status was taken.</summary>
    internal void Remember(in FileStatus status, in FileDigest digest);

    /// <summary>The digest of a whole selection, when that is remembered.</summary>
    internal Digest? TryGetSelection(CopySelection selection);

    /// <summary>Remembers the digest of a whole selection, where it can be trusted later.</summary>
    internal void RememberSelection(CopySelection selection, Digest content);
}
