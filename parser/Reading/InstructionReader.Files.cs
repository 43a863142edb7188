using System.Collections.Immutable;
using SharpBuild.Parser.Expansion;
using SharpBuild.Parser.Lexing;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Reading;

internal sealed partial class InstructionReader
{
    private CopyInstruction? ReadCopy(InstructionParts parts, FlagSet flags)
    {
        CheckFrom(flags.Value("from"));
        CheckChmod(flags.Value("chmod"));
        return ReadSources(parts, out var destination) is { } sources
            ? new(
                parts.Span,
                sources,
                destination!,
                flags.Value("from") is { Text.Length: > 0 } from ? from : null,
                flags.Value("chown"),
                flags.Value("chmod"),
                flags.Switch("link") ?? false,
                flags.Switch("parents") ?? false,
                flags.Values("exclude"))
            : null;
    }

    private AddInstruction? ReadAdd(InstructionParts parts, FlagSet flags)
    {
        CheckChmod(flags.Value("chmod"));
        var checksum = flags.Value("checksum");
        return ReadSources(parts, out var destination) is { } sources && CoversOneSource(checksum, sources)
            ? new(
                parts.Span,
                sources,
                destination!,
                flags.Value("chown"),
                flags.Value("chmod"),
                checksum,
                flags.Switch("link") ?? false,
                flags.Switch("keep-git-dir"),
                flags.Switch("unpack"),
                flags.Values("exclude"))
            : null;
    }

    private bool CoversOneSource(Word? checksum, ImmutableArray<CopySource> sources)
    {
        if (checksum is not null && sources.Length > 1)
        {
            diagnostics.Error(
                DiagnosticCodes.InvalidFlagValue, checksum.Span, $"--checksum is about one source, and there are {sources.Length}.", "Write an ADD for each.");
            return false;
        }

        return true;
    }

    private ImmutableArray<CopySource>? ReadSources(InstructionParts parts, out Word? destination)
    {
        destination = null;
        if (ReadList(parts) is not { } words)
        {
            return null;
        }

        if (words.Length < 2)
        {
            Missing(parts, words.IsEmpty ? "a source and a destination" : "a destination besides its source");
            return null;
        }

        destination = words[^1];
        if (HeredocWord.TryParse(destination.Text) is not null)
        {
            diagnostics.Error(
                DiagnosticCodes.MisplacedHeredoc, destination.Span, "A heredoc cannot be the destination.", "Put the destination path last.");
            return null;
        }

        // Of two heredocs with one name the second wins, as in BuildKit.
        var heredocs = new Dictionary<string, Heredoc>(StringComparer.Ordinal);
        foreach (var heredoc in parts.Heredocs)
        {
            heredocs[heredoc.Name] = heredoc;
        }

        return [.. words.Take(words.Length - 1).Select(w => ToSource(w, heredocs))];
    }

    private CopySource ToSource(Word word, Dictionary<string, Heredoc> heredocs)
    {
        if (HeredocWord.TryParse(word.Text) is not { } opening)
        {
            return new PathSource(word);
        }

        if (!heredocs.TryGetValue(opening.Name, out var heredoc))
        {
            diagnostics.Error(
                DiagnosticCodes.MisplacedHeredoc, word.Span, $"The heredoc {word.Text} has no text.", "Check the quotes and substitutions of the line: one of them is never closed.");
            return new PathSource(word);
        }

        return new HeredocSource(heredoc);
    }

    // JSON, or words between blanks.
    private ImmutableArray<Word>? ReadList(InstructionParts parts)
    {
        var array = ExecArray.Read(parts.Arguments, diagnostics);
        if (array.IsInvalid)
        {
            return null;
        }

        var span = parts.Arguments.Span;
        return array.Strings.IsDefault
            ? [.. Blanks.Split(parts.Arguments).Select(static w => w.ToWord())]
            : [.. array.Strings.Select(s => new Word(s, span))];
    }

    private void CheckFrom(Word? from)
    {
        if (from is null)
        {
            return;
        }

        try
        {
            if (new VariableExpander(Escape).Expand(from, static _ => null).Value != from.Text)
            {
                diagnostics.Error(
                    DiagnosticCodes.VariableNotAllowed,
                    from.Span,
                    "Variables are not expanded in --from.",
                    "Declare a stage with FROM $VARIABLE AS name and use --from=name.");
            }
        }
        catch (ExpansionException problem)
        {
            diagnostics.Error(DiagnosticCodes.BadSubstitution, from.Span, problem.Message, problem.Hint);
        }
    }

    private void CheckChmod(Word? chmod)
    {
        if (chmod is { Text.Length: > 0 } && chmod.Text.AsSpan().IndexOfAny(stackalloc[] { '$', '\'', '"', Escape }) < 0 && !ChmodSpec.TryParse(chmod.Text, out _))
        {
            diagnostics.Error(
                DiagnosticCodes.InvalidChmod,
                chmod.Span,
                $"'{chmod.Text}' is not a mode.",
                "Write octal digits up to 07777, or changes such as u=rwX,go=rX.");
        }
    }
}
