using System.Collections.Immutable;

namespace SharpBuild.Parser.Syntax;

/// <summary>A parsed Dockerfile as written: nothing expanded, every node with its span.</summary>
/// <param name="Source">The text that it was read from.</param>
/// <param name="Directives">The parser directives at the top, in order.</param>
/// <param name="GlobalArgs">The ARGs before the first FROM.</param>
/// <param name="Stages">At least one.</param>
/// <param name="Warnings">What the parser itself noticed, such as an empty continuation line.</param>
public sealed record Dockerfile(
    SourceText Source,
    ImmutableArray<Directive> Directives,
    ImmutableArray<ArgInstruction> GlobalArgs,
    ImmutableArray<Stage> Stages,
    ImmutableArray<Diagnostic> Warnings)
{
    /// <summary>The escape character: a backslash, or what <c># escape=</c> says.</summary>
    public char Escape =>
        Directives.FirstOrDefault(d => d.Name == "escape")?.Value is [var c, ..] ? c : '\\';
}

/// <summary>A parser directive such as <c># syntax=docker/dockerfile:1</c>.</summary>
/// <param name="Name">The key in lower case.</param>
/// <param name="Value">The value as written.</param>
/// <param name="Span">The whole line.</param>
public sealed record Directive(string Name, string Value, SourceSpan Span);

/// <summary>A build stage: FROM and what follows it.</summary>
/// <param name="From">The instruction that opens it.</param>
/// <param name="Instructions">The rest, in order.</param>
public sealed record Stage(FromInstruction From, ImmutableArray<Instruction> Instructions);
