using SharpBuild.Parser.Expansion;

namespace SharpBuild.Parser.Syntax;

/// <summary>A piece of an instruction as written: variables unexpanded, quotes and escapes kept.</summary>
/// <param name="Text">The text, continuation lines joined.</param>
/// <param name="Span">Where it stands in the file.</param>
public sealed record Word(string Text, SourceSpan Span)
{
    private TemplateMemo memo;

    /// <summary>What is expanded; read when it is first asked for.</summary>
    internal ExpansionTemplate GetTemplate(char escape) => memo.GetWord(Text, escape);
}

/// <summary>A <c>key=value</c> pair as written.</summary>
/// <param name="Key">The left side.</param>
/// <param name="Value">The right side.</param>
public sealed record KeyValueWord(Word Key, Word Value);
