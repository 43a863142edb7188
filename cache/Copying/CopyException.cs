namespace SharpBuild.Cache.Copying;

/// <summary>A COPY or ADD cannot be done: the Dockerfile author's to mend, mostly.</summary>
public sealed class CopyException : Exception
{
    /// <summary>Reports a failure.</summary>
    /// <param name="code">The stable code, see <see cref="CacheErrorCodes"/>.</param>
    /// <param name="message">What failed on what.</param>
    /// <param name="sourceIndex">Which of the sources it is about, from 0; -1 for the destination.</param>
    /// <param name="inner">What caused it.</param>
    public CopyException(string code, string message, int sourceIndex = -1, Exception? inner = null)
        : base(message, inner) => (Code, SourceIndex) = (code, sourceIndex);

    /// <summary>The stable code.</summary>
    public string Code { get; }

    /// <summary>Which of the sources it is about, from 0; -1 for the destination.</summary>
    public int SourceIndex { get; }

    /// <summary>An imperative that would mend it.</summary>
    public string? Hint { get; init; }
}
