namespace SharpBuild.Parser.Expansion;

/// <summary>A word cannot be expanded: bad syntax, or a <c>${x:?}</c> whose variable is missing. The caller knows the span.</summary>
public sealed class ExpansionException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="message">What is wrong, in one sentence.</param>
    /// <param name="hint">What would mend it.</param>
    public ExpansionException(string message, string? hint = null)
        : base(message) => Hint = hint;

    /// <summary>What would mend it, if that is known.</summary>
    public string? Hint { get; }
}
