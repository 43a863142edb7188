using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>Looks names up in a source.</summary>
internal sealed class SourceLookup(SafeFileHandle root) : IPathLookup
{
    public const OpenFlags DirectoryFlags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow | OpenFlags.NonBlocking;

    public bool TryGetStatus(string path, out FileStatus status) => FileStatuses.TryGet(root, path, out status);

    public string ReadLink(string path) => Inodes.ReadLink(root, path);

    /// <summary>Opens a directory whose path is free of links; one that has become a link meanwhile is refused.</summary>
    public static SafeFileHandle OpenDirectory(SafeFileHandle root, string path) =>
        Descriptors.OpenAt(root, path, DirectoryFlags, ResolveFlags.Beneath | ResolveFlags.NoSymlinks);
}
