using System.Collections.Immutable;
using SharpBuild.Parser.Grammars;
using SharpBuild.Parser.Lexing;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Reading;

internal sealed partial class InstructionReader
{
    // The first word decides: with an equals sign it is KEY=VALUE…, without one the legacy KEY VALUE.
    private ImmutableArray<KeyValueWord>? ReadPairs(InstructionParts parts, out bool isLegacy)
    {
        isLegacy = false;
        if (!RequireArguments(parts))
        {
            return null;
        }

        var words = WordsOf(parts.Arguments);
        isLegacy = !words.IsEmpty && !words[0].Text.Contains('=');
        return isLegacy ? ReadLegacyPair(parts) : words.IsEmpty && !Missing(parts, "at least one argument") ? null : ReadPairs(words);
    }

    private ImmutableArray<KeyValueWord>? ReadLegacyPair(InstructionParts parts)
    {
        var (key, value) = Blanks.SplitFirst(parts.Arguments);
        if (value.IsEmpty)
        {
            diagnostics.Error(
                DiagnosticCodes.WrongArgumentCount, parts.All.Span, $"{parts.Name} {key} has no value.", $"Write {parts.Name} {key}=VALUE.");
            return null;
        }

        return [new(key.ToWord(), value.ToWord())];
    }

    private ImmutableArray<KeyValueWord>? ReadPairs(ImmutableArray<LineSlice> words)
    {
        var pairs = ImmutableArray.CreateBuilder<KeyValueWord>(words.Length);
        foreach (var word in words)
        {
            var equals = word.Text.IndexOf('=');
            if (equals > 0)
            {
                pairs.Add(new(word.Slice(0, equals).ToWord(), word.From(equals + 1).ToWord()));
                continue;
            }

            ReportPair(word, equals);
        }

        return pairs.Count == words.Length ? pairs.MoveToImmutable() : null;
    }

    private void ReportPair(LineSlice word, int equals)
    {
        if (equals == 0)
        {
            diagnostics.Error(DiagnosticCodes.BlankName, word.Span, $"'{word}' has no name before the equals sign.", "Write NAME=VALUE, without blanks around the equals sign.");
        }
        else
        {
            diagnostics.Error(DiagnosticCodes.MissingEqualsSign, word.Span, $"'{word}' is not a NAME=VALUE.", "Quote a value that has blanks: NAME=\"a b\".");
        }
    }

    private ArgInstruction? ReadArg(InstructionParts parts)
    {
        var words = WordsOf(parts.Arguments);
        if (words.IsEmpty && !Missing(parts, "at least one argument"))
        {
            return null;
        }

        var declarations = ImmutableArray.CreateBuilder<ArgDeclaration>(words.Length);
        foreach (var word in words)
        {
            var equals = word.Text.IndexOf('=');
            if (equals == 0)
            {
                ReportPair(word, equals);
                continue;
            }

            declarations.Add(equals < 0
                ? new(word.ToWord(), null)
                : new(word.Slice(0, equals).ToWord(), word.From(equals + 1).ToWord()));
        }

        return new(parts.Span, declarations.ToImmutable());
    }

    private ImmutableArray<LineSlice> WordsOf(LineSlice text) =>
        [.. WordGrammar.For(Escape).Words.Parse(text.Text).Value.Select(r => text.Slice(r.Start, r.End))];
}
