using System.Collections.Immutable;
using System.Text;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Lexing;

/// <summary>Turns a file into logical lines: directives read, comments collected, continuations joined.</summary>
internal sealed class LogicalLines(SourceText source, Diagnostics diagnostics, Directives directives)
{
    private readonly PhysicalLines physical = new(source, diagnostics);
    private readonly List<string> comments = [];
    private readonly StringBuilder text = new();

    /// <summary>Reads the next logical line; null at the end of the file.</summary>
    public LogicalLine? Read()
    {
        while (physical.HasMore)
        {
            var line = physical.WithoutIndent(physical.WithoutEnd(physical.Read()));
            if (directives.TryRead(line) || IsComment(line) || line.Length == 0)
            {
                continue;
            }

            return Continuation.IsContinued(source.Slice(line), directives.Escape, out var length)
                ? Join(line with { End = line.Start + length })
                : Build(source.Slice(line).ToString(), [new(0, line.Start)], null);
        }

        return null;
    }

    /// <summary>Reads the lines of a heredoc that was opened in the last logical line; null when it is never closed.</summary>
    public Heredoc? ReadHeredoc(HeredocWord word)
    {
        if (!physical.HasMore)
        {
            return null;
        }

        var (start, end) = (-1, 0);
        while (physical.HasMore)
        {
            var line = physical.Read();
            start = start < 0 ? line.Start : start;
            end = line.Start;
            var closing = source.Slice(physical.WithoutEnd(line));
            if ((word.Chomp ? closing.TrimStart('\t') : closing).SequenceEqual(word.Name))
            {
                var raw = source.Content[start..end];
                var content = word.Chomp ? HeredocText.WithoutLeadingTabs(raw) : raw;
                return new(word.Name, content, word.Expand, word.Chomp, word.FileDescriptor, new(start, physical.WithoutEnd(line).End))
                {
                    RawContent = raw,
                };
            }
        }

        return null;
    }

    // A comment line belongs to the instruction that follows; an empty one cuts the tie.
    private bool IsComment(SourceSpan line)
    {
        if (!source.Slice(line).StartsWith('#'))
        {
            return false;
        }

        var comment = source.Slice(line)[1..].Trim();
        if (comment.IsEmpty)
        {
            comments.Clear();
        }
        else
        {
            comments.Add(comment.ToString());
        }

        return true;
    }

    private LogicalLine Join(SourceSpan first)
    {
        var pieces = ImmutableArray.CreateBuilder<LinePiece>();
        var blank = default(SourceSpan?);
        text.Clear();
        Append(first, pieces);
        for (var isContinued = true; isContinued && physical.HasMore;)
        {
            var line = physical.WithoutEnd(physical.Read());
            var content = source.Slice(line);
            if (content.TrimStart() is ['#', ..])
            {
                continue;
            }

            if (content.IsWhiteSpace())
            {
                blank = line;
                continue;
            }

            isContinued = Continuation.IsContinued(content, directives.Escape, out var length);
            Append(line with { End = line.Start + length }, pieces);
        }

        return Build(text.ToString(), pieces.ToImmutable(), blank);
    }

    private void Append(SourceSpan part, ImmutableArray<LinePiece>.Builder pieces)
    {
        pieces.Add(new(text.Length, part.Start));
        text.Append(source.Slice(part));
    }

    private LogicalLine Build(string joined, ImmutableArray<LinePiece> pieces, SourceSpan? blank)
    {
        ImmutableArray<string> above = [.. comments];
        comments.Clear();
        return new(joined, pieces, above, blank);
    }
}
