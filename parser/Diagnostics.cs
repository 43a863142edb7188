using System.Collections.Immutable;

namespace SharpBuild.Parser;

/// <summary>Collects what is found wrong while reading on.</summary>
internal sealed class Diagnostics
{
    private readonly List<Diagnostic> errors = [];
    private readonly List<Diagnostic> warnings = [];

    /// <summary>How many errors there are so far.</summary>
    public int ErrorCount => errors.Count;

    /// <summary>The errors in file order.</summary>
    public ImmutableArray<Diagnostic> Errors => [.. errors.OrderBy(static e => e.Span.Start)];

    /// <summary>The warnings in file order.</summary>
    public ImmutableArray<Diagnostic> Warnings => [.. warnings.OrderBy(static w => w.Span.Start)];

    /// <summary>Records an error.</summary>
    public void Error(string code, SourceSpan span, string message, string? hint = null) =>
        errors.Add(new(DiagnosticSeverity.Error, code, span, message, hint));

    /// <summary>Records a warning of a build check.</summary>
    public void Warn(string code, SourceSpan span, string message, string rule) =>
        warnings.Add(new(DiagnosticSeverity.Warning, code, span, message, Rule: rule));
}
