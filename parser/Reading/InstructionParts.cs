using System.Collections.Immutable;
using SharpBuild.Parser.Grammars;
using SharpBuild.Parser.Lexing;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Reading;

/// <summary>A logical line taken apart: keyword, flags, arguments, and the heredocs that it opened.</summary>
/// <param name="All">The line, blanks at both ends removed.</param>
/// <param name="Keyword">The first word.</param>
/// <param name="Flags">The flags.</param>
/// <param name="Arguments">The rest, blanks at both ends removed.</param>
internal sealed record InstructionParts(
    LineSlice All, LineSlice Keyword, ImmutableArray<FlagPart> Flags, LineSlice Arguments)
{
    /// <summary>The keyword in upper case.</summary>
    public string Name { get; } = Keyword.ToString().ToUpperInvariant();

    /// <summary>The heredocs, in the order in which the line opens them.</summary>
    public ImmutableArray<Heredoc> Heredocs { get; init; } = [];

    /// <summary>From the keyword through the last heredoc.</summary>
    public SourceSpan Span => Heredocs.IsEmpty ? All.Span : All.Span.Through(Heredocs[^1].Span);

    /// <summary>Takes a line apart.</summary>
    public static InstructionParts Split(LineSlice line, char escape)
    {
        var all = line.Trim();
        var (keyword, rest) = Blanks.SplitFirst(all);
        if (!rest.Text.StartsWith("--"))
        {
            return new(all, keyword, [], rest);
        }

        var flags = FlagGrammar.For(escape).Flags.Parse(rest.Text).Value;
        return new(all, keyword, [.. flags.Flags.Select(f => ToPart(f, rest))], rest.From(flags.ArgumentsStart).Trim());
    }

    private static FlagPart ToPart(FlagText flag, LineSlice text)
    {
        var written = text.Slice(flag.Start, flag.End);
        var (nameEnd, equals) = (flag.Text.IndexOf('=', StringComparison.Ordinal), written.Text.IndexOf('='));
        return nameEnd < 0 || equals < 0
            ? new(flag.Text[2..], null, written.Span)
            : new(flag.Text[2..nameEnd], new(flag.Text[(nameEnd + 1)..], written.From(equals + 1).Span), written.Span);
    }
}

/// <summary>A flag as written.</summary>
/// <param name="Name">The name without dashes.</param>
/// <param name="Value">What follows <c>=</c>; null without one.</param>
/// <param name="Span">The whole flag.</param>
internal sealed record FlagPart(string Name, Word? Value, SourceSpan Span);
