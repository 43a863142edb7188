namespace SharpBuild.Parser.Sources;

/// <summary>A remote source says something wrong. The caller knows where it stands.</summary>
public sealed class SourceSyntaxException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="message">What is wrong, in one sentence.</param>
    /// <param name="hint">What would mend it.</param>
    public SourceSyntaxException(string message, string? hint = null)
        : base(message) => Hint = hint;

    /// <summary>What would mend it, if that is known.</summary>
    public string? Hint { get; }
}
