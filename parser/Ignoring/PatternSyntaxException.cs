namespace SharpBuild.Parser.Ignoring;

/// <summary>A path pattern cannot be read. The caller knows where it stands.</summary>
public sealed class PatternSyntaxException : Exception
{
    /// <summary>Says which and why.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="reason">What is wrong with it, as the end of a sentence.</param>
    public PatternSyntaxException(string pattern, string reason)
        : base($"The pattern '{pattern}' {reason}.") => Pattern = pattern;

    /// <summary>The pattern.</summary>
    public string Pattern { get; }
}
