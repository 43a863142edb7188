namespace SharpBuild.Cache;

/// <summary>The store is wrong, too new, full or out of reach: the host's to mend, not the Dockerfile author's.</summary>
public sealed class CacheException : Exception
{
    /// <summary>Reports a failure.</summary>
    /// <param name="message">What failed on what.</param>
    /// <param name="path">The file or directory of the store that it is about.</param>
    /// <param name="inner">What caused it.</param>
    public CacheException(string message, string path, Exception? inner = null)
        : base(message, inner) => Path = path;

    /// <summary>The file or directory of the store that it is about.</summary>
    public string Path { get; }

    /// <summary>The stable code, see <see cref="CacheErrorCodes"/>.</summary>
    public string Code { get; init; } = CacheErrorCodes.Damaged;

    /// <summary>An imperative that would mend it.</summary>
    public string? Hint { get; init; }
}
