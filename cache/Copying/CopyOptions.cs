namespace SharpBuild.Cache.Copying;

/// <summary>Where and how files are put.</summary>
public sealed record CopyOptions
{
    /// <summary>The destination: an absolute path in the target. A slash at its end makes it a directory.</summary>
    public required string Destination { get; init; }

    /// <summary><c>--chown</c>, resolved; null keeps the owners of the source, and gives new directories on the way to 0:0.</summary>
    public (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary><c>--chmod</c>: the new permission bits, given the old ones and whether it is a directory; null keeps them.</summary>
    public Func<int, bool, int>? ChangeMode { get; init; }

    /// <summary>Whether <see cref="ChangeMode"/> also counts for directories that are made on the way to the destination: true for an octal <c>--chmod</c>.</summary>
    public bool ChangesModeOfParents { get; init; }

    /// <summary>ADD: local archives are unpacked instead of copied.</summary>
    public bool UnpackArchives { get; init; }

    /// <summary>The modification time for everything that is made; null keeps those of the source.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>What the same COPY made earlier; null to write every file.</summary>
    public EarlierCopy? Earlier { get; init; }

    /// <summary>Whether to compute the content digest of the selection in the same pass.</summary>
    public bool ComputeDigest { get; init; }
}
