using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache.Content;

namespace SharpBuild.Cache.Copying;

/// <summary>Copies files as COPY and ADD do.</summary>
public static class TreeCopier
{
    /// <summary>Copies onto the layers below a draft.</summary>
    public static CopyResult Copy(IFileTree source, CopySelection selection, LayerDraft draft, CopyOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException("in progress");

    /// <summary>Copies what was found already.</summary>
    public static CopyResult Copy(IFileTree source, ResolvedSelection resolved, LayerDraft draft, CopyOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException("in progress");

    /// <summary>Copies into a directory or mount.</summary>
    public static CopyResult Copy(IFileTree source, CopySelection selection, SafeFileHandle targetRoot, CopyOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException("in progress");

    /// <summary>Writes one file whose content does not come from a tree: a heredoc, a download.</summary>
    public static void WriteFile(InlineFile file, LayerDraft draft, CopyOptions options) => throw new NotSupportedException("in progress");

    /// <summary>Makes a directory and all that is missing above it, as WORKDIR does: each new one with the owner and mode; an existing one stays as it is.</summary>
    /// <returns>Whether anything was made.</returns>
    public static bool CreateDirectories(LayerDraft draft, string path, uint uid, uint gid, int mode) => throw new NotSupportedException("in progress");
}
