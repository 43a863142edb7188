using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser;

/// <summary>What parsing a Dockerfile gave: the tree, or every independent error.</summary>
/// <param name="Source">The text.</param>
/// <param name="Dockerfile">The tree; null when there are errors.</param>
/// <param name="Errors">The errors, in file order.</param>
public sealed record ParseResult(SourceText Source, Dockerfile? Dockerfile, ImmutableArray<Diagnostic> Errors)
{
    /// <summary>The tree.</summary>
    /// <exception cref="DockerfileException">There are errors; it carries all of them.</exception>
    [SuppressMessage("Design", "CA1024:Use properties where appropriate", Justification = "It throws.")]
    public Dockerfile GetOrThrow() => Dockerfile ?? throw new DockerfileException(Source, Errors);
}
