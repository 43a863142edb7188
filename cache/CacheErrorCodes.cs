namespace SharpBuild.Cache;

/// <summary>The stable codes of errors that the store and copying report; each has a page in <c>docs/errors</c>.</summary>
public static class CacheErrorCodes
{
    /// <summary>The store was written by a newer version.</summary>
    public const string NewerStore = "SB6001";

    /// <summary>A file of the store has not the content that its name promises.</summary>
    public const string Damaged = "SB6002";

    /// <summary>Something that the store should hold is not there.</summary>
    public const string Missing = "SB6003";

    /// <summary>The store cannot be made or written: permissions, a full disk, a read-only file system.</summary>
    public const string NotWritable = "SB6004";

    /// <summary>A source of COPY or ADD does not exist.</summary>
    public const string SourceNotFound = "SB4101";

    /// <summary>A file stands where a directory is to go, or the other way round.</summary>
    public const string KindConflict = "SB4102";

    /// <summary>A file cannot be copied: it could not be read, written or made.</summary>
    public const string CopyFailed = "SB4103";

    /// <summary>A source of COPY or ADD is a pattern that cannot be read.</summary>
    public const string BadPattern = "SB4104";

    /// <summary>An owner is given by name where there is nobody to ask.</summary>
    public const string NoUsers = "SB4105";
}
