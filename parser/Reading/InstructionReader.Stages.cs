using SharpBuild.Parser.Lexing;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Reading;

internal sealed partial class InstructionReader
{
    private FromInstruction? ReadFrom(InstructionParts parts, FlagSet flags)
    {
        var words = Blanks.Split(parts.Arguments);
        if (words.Length is not (1 or 3) || (words.Length == 3 && !words[1].Text.Equals("as", StringComparison.OrdinalIgnoreCase)))
        {
            return Fail<FromInstruction>(
                DiagnosticCodes.MalformedFrom,
                parts.All.Span,
                "FROM needs an image and nothing else, or an image, AS and a name.",
                words.Length > 1 && words[^1].Text.StartsWith("--") ? "Put flags before the image." : UsageOf("FROM"));
        }

        var name = words.Length == 3 ? words[2].ToWord() : null;
        return name is not null && !IsStageName(name.Text)
            ? Fail<FromInstruction>(
                DiagnosticCodes.InvalidStageName,
                name.Span,
                $"'{name.Text}' cannot be the name of a stage.",
                "Begin with a letter; then letters, digits, '-', '_' and '.' may follow.")
            : new(parts.Span, words[0].ToWord(), flags.Value("platform"), name) { As = name is null ? null : words[1].ToWord() };
    }

    private static bool IsStageName(string name)
    {
        if (!char.IsAsciiLetter(name[0]))
        {
            return false;
        }

        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
