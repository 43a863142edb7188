using System.Collections.Immutable;
using SharpBuild.Parser;

namespace SharpBuild.Builder.Inspection;

/// <summary>What is wrong with a Dockerfile, and what its author would want to know.</summary>
/// <param name="Source">The file.</param>
/// <param name="Errors">What keeps it from being built, in file order.</param>
/// <param name="Findings">What the build checks found, in file order; none where the file cannot be read.</param>
public sealed record CheckReport(SourceText Source, ImmutableArray<Diagnostic> Errors, ImmutableArray<Diagnostic> Findings)
{
    /// <summary>Whether there is nothing to say.</summary>
    public bool IsClean => Errors.IsEmpty && Findings.IsEmpty;
}
