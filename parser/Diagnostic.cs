namespace SharpBuild.Parser;

/// <summary>One finding in a Dockerfile: data, not text; renderers decide how it looks.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">The stable code (<c>SB1xxx</c> for errors of the language, <c>SB2xxx</c> for build checks); each has a page in <c>docs/errors</c>.</param>
/// <param name="Span">The exact characters that it is about.</param>
/// <param name="Message">What is wrong, in one sentence.</param>
/// <param name="Hint">An imperative that would mend it, if there is one.</param>
/// <param name="Rule">The name of the build check (BuildKit's where it has one), for a finding of a check.</param>
public sealed record Diagnostic(DiagnosticSeverity Severity, string Code, SourceSpan Span, string Message, string? Hint = null, string? Rule = null);

/// <summary>How bad a finding is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>The file builds, but its author would want to know.</summary>
    Warning,

    /// <summary>The file cannot be built.</summary>
    Error,
}
