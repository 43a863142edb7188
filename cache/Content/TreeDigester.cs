namespace SharpBuild.Cache.Content;

/// <summary>Finds the files of a selection and digests what they contain.</summary>
public static class TreeDigester
{
    /// <summary>The content digest of a selection. Reads only files whose digest is not remembered, on all cores.</summary>
    public static Task<CopyDigest> DigestAsync(IFileTree tree, CopySelection selection, CancellationToken cancellationToken) =>
        throw new NotSupportedException("in progress");
}
