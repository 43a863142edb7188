using SharpBuild.Parser;

namespace SharpBuild.Builder;

/// <summary>One error of a failed build that has a place in a Dockerfile, in the parts that editors and annotations are made of.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Message">What is wrong, without the place.</param>
/// <param name="Hint">An imperative that would mend it, if there is one.</param>
/// <param name="File">The path as it was given.</param>
/// <param name="Start">The first character.</param>
/// <param name="End">Behind the last character.</param>
public sealed record FailurePlace(string Code, string Message, string? Hint, string File, TextPosition Start, TextPosition End)
{
    /// <summary>Places a diagnostic of the parser.</summary>
    internal static FailurePlace Of(SourceText source, Diagnostic error) => At(source, error.Span, error.Code, error.Message, error.Hint);

    /// <summary>Places an error at a span.</summary>
    internal static FailurePlace At(SourceText source, SourceSpan span, string code, string message, string? hint) =>
        new(code, message, hint, source.Path, source.GetPosition(span.Start), source.GetPosition(span.End));
}
