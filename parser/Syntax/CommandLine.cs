using System.Collections.Immutable;
using SharpBuild.Parser.Expansion;

namespace SharpBuild.Parser.Syntax;

/// <summary>The command of RUN, CMD, ENTRYPOINT or HEALTHCHECK: shell form or exec form. Never expanded by us.</summary>
/// <param name="Span">Where it stands in the file.</param>
public abstract record CommandLine(SourceSpan Span);

/// <summary>Shell form: a text for the stage's SHELL.</summary>
/// <param name="Span">Where it stands in the file.</param>
/// <param name="Text">The command, continuations joined and comment lines dropped. With heredocs: only the line itself, <c>&lt;&lt;EOF</c> words kept.</param>
/// <param name="Heredocs">The heredocs that the line opens, in order.</param>
public sealed record ShellForm(SourceSpan Span, string Text, ImmutableArray<Heredoc> Heredocs) : CommandLine(Span);

/// <summary>Exec form: a JSON array of strings, run as it is.</summary>
/// <param name="Span">Where it stands in the file.</param>
/// <param name="Arguments">The strings, possibly none.</param>
public sealed record ExecForm(SourceSpan Span, ImmutableArray<string> Arguments) : CommandLine(Span);

/// <summary>A heredoc: <c>&lt;&lt;NAME … NAME</c>.</summary>
/// <param name="Name">The delimiter, without its quotes.</param>
/// <param name="Content">The lines between, each with its newline; for <c>&lt;&lt;-</c> leading tabs are removed already.</param>
/// <param name="Expand">False when any part of the delimiter was quoted.</param>
/// <param name="Chomp">True for <c>&lt;&lt;-</c>.</param>
/// <param name="FileDescriptor">The number before <c>&lt;&lt;</c>, 0 if none.</param>
/// <param name="Span">The body, from the first content line through the closing delimiter.</param>
public sealed record Heredoc(string Name, string Content, bool Expand, bool Chomp, int FileDescriptor, SourceSpan Span)
{
    private TemplateMemo memo;

    /// <summary>The lines as they stand in the file, leading tabs included: what a shell that reads the heredoc itself gets.</summary>
    public string RawContent { get; init; } = Content;

    /// <summary>What is expanded; read when it is first asked for.</summary>
    internal ExpansionTemplate GetTemplate() => memo.GetHeredoc(Content);
}
