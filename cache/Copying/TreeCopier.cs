using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache.Content;
using SharpBuild.Image;
using SharpBuild.Image.Layers;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <summary>Copies files as COPY and ADD do: BuildKit's rules for what merges, replaces or fails.</summary>
public static class TreeCopier
{
    /// <summary>Copies onto the layers below a draft. With a draft that has none (<c>COPY --link</c>) the layer is the same on any base.</summary>
    /// <exception cref="CopyException">A source is missing, a kind conflicts, or the disk fails; the draft is to be thrown away.</exception>
    public static CopyResult Copy(IFileTree source, CopySelection selection, LayerDraft draft, CopyOptions options, CancellationToken cancellationToken) =>
        Copy(source, TreeDigester.Resolve(source, selection, cancellationToken), draft, options, cancellationToken);

    /// <summary>As <see cref="Copy(IFileTree, CopySelection, LayerDraft, CopyOptions, CancellationToken)"/>, of what was found already.</summary>
    public static CopyResult Copy(IFileTree source, ResolvedSelection resolved, LayerDraft draft, CopyOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(options);

        // An archive may bring whiteout-worthy changes (a directory for a link); only the kernel gets those right.
        using var target = CopyTarget.Of(draft, throughOverlay: options.UnpackArchives && HoldsArchive(source, resolved, cancellationToken));
        return Copy(source, resolved, target, options, cancellationToken);
    }

    /// <summary>Copies into a directory or mount.</summary>
    public static CopyResult Copy(IFileTree source, CopySelection selection, SafeFileHandle targetRoot, CopyOptions options, CancellationToken cancellationToken)
    {
        using var target = CopyTarget.Of(targetRoot);
        return Copy(source, TreeDigester.Resolve(source, selection, cancellationToken), target, options, cancellationToken);
    }

    /// <summary>Writes one file whose content does not come from a tree: a heredoc, a download.</summary>
    public static void WriteFile(InlineFile file, LayerDraft draft, CopyOptions options)
    {
        using var target = CopyTarget.Of(draft, throughOverlay: false);
        using var source = new NoSource();
        new CopyJob(source, target, options, CancellationToken.None).Write(file);
    }

    /// <summary>Makes a directory and all that is missing above it, as WORKDIR does: each new one with the owner and mode; an existing one stays as it is.</summary>
    /// <param name="draft">The layer.</param>
    /// <param name="path">An absolute path; links in it are followed within the layer's tree.</param>
    /// <param name="owner">The owner of what is made; null for root, and the group that a set-group-id directory hands down.</param>
    /// <param name="mode">The permission bits of what is made.</param>
    /// <param name="time">The modification time of what is made; null for now.</param>
    /// <returns>Whether anything was made.</returns>
    public static bool CreateDirectories(LayerDraft draft, string path, (uint Uid, uint Gid)? owner, int mode, DateTimeOffset? time = null)
    {
        using var target = CopyTarget.Of(draft, throughOverlay: false);
        try
        {
            return target.MakeDirectories(ScopedPath.Resolve(target, path), mode, owner, time?.ToKernelTime());
        }
        catch (SyscallException exception)
        {
            throw new CopyException(CacheErrorCodes.CopyFailed, $"directory {path} cannot be made: {exception.Message}", inner: exception);
        }
    }

    private static CopyResult Copy(IFileTree source, ResolvedSelection resolved, CopyTarget target, CopyOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(resolved);
        var job = new CopyJob(source, target, options, cancellationToken);
        job.Copy(resolved);
        Digest? digest = null;
        if (options.ComputeDigest)
        {
            digest = TreeDigester.Complete(source, resolved, cancellationToken);
        }

        return new(job.Files, job.Bytes, digest, job.ChangedPath);
    }

    private static bool HoldsArchive(IFileTree source, ResolvedSelection resolved, CancellationToken cancellationToken)
    {
        foreach (var match in resolved.Matches)
        {
            if (match.Node.Status.Kind != FileKind.Regular)
            {
                continue;
            }

            using var directory = SourceLookup.OpenDirectory(source.Root, ScopedPath.Parent(match.Path));
            using var stream = new FileStream(FileReader.Open(directory, ScopedPath.Name(match.Path)), FileAccess.Read, bufferSize: 0);
            if (ArchiveExtractor.IsArchive(stream, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }
}
