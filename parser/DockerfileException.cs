using System.Collections.Immutable;

namespace SharpBuild.Parser;

/// <summary>The Dockerfile is wrong: the author's to mend. Carries every independent error that was found, in file order.</summary>
public sealed class DockerfileException : Exception
{
    /// <summary>Reports <paramref name="errors"/> in <paramref name="source"/>.</summary>
    /// <param name="source">The file.</param>
    /// <param name="errors">At least one error.</param>
    public DockerfileException(SourceText source, ImmutableArray<Diagnostic> errors)
        : base(errors[0].Message)
    {
        Source = source;
        Errors = errors;
    }

    /// <summary>Reports one error.</summary>
    public DockerfileException(SourceText source, SourceSpan span, string code, string message, string? hint = null)
        : this(source, [new Diagnostic(DiagnosticSeverity.Error, code, span, message, hint)])
    {
    }

    /// <summary>The file that the errors are in.</summary>
    public new SourceText Source { get; }

    /// <summary>The errors, in file order.</summary>
    public ImmutableArray<Diagnostic> Errors { get; }
}
