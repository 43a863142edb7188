using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>Looks names up in a tree whose paths are relative and free of links.</summary>
internal interface IPathLookup
{
    /// <summary>The status of a path, false when there is nothing.</summary>
    bool TryGetStatus(string path, out FileStatus status);

    /// <summary>Where a symbolic link leads.</summary>
    string ReadLink(string path);
}
