namespace SharpBuild.Parser.Syntax;

/// <summary>A <c>--mount</c> or <c>--device</c> value makes no sense. The caller knows the span.</summary>
public sealed class MountSyntaxException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="message">What is wrong, in one sentence.</param>
    /// <param name="hint">What would mend it.</param>
    public MountSyntaxException(string message, string? hint = null)
        : base(message) => Hint = hint;

    /// <summary>What would mend it, if that is known.</summary>
    public string? Hint { get; }
}
