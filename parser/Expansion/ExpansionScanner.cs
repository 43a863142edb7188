using System.Text;

namespace SharpBuild.Parser.Expansion;

/// <summary>Reads a word once from left to right and writes its value.</summary>
internal ref partial struct ExpansionScanner(string text, ExpansionRules rules, NameUses names)
{
    // ${a:-${b:-…}} recurses; nobody nests this deep, and a hostile file must not overflow the stack.
    private const int MaximumDepth = 200;

    // The kernel takes 128 KiB in one argument; ENV A=$A$A, over and over, would fill the memory.
    private const int MaximumLength = 1 << 20;

    private readonly string text = text;
    private readonly ExpansionRules rules = rules;
    private readonly NameUses names = names;
    private int at = 0;
    private int depth = 0;
    private int substituted = 0;

    /// <summary>Refuses more text from variables than a word can have any use for.</summary>
    public static void ThrowIfTooLong(int length)
    {
        if (length > MaximumLength)
        {
            throw new ExpansionException("Variables bring more than 1 MiB into this word.", "Does a variable hold itself several times over?");
        }
    }

    private readonly bool IsAtEnd => at >= text.Length;

    /// <summary>Expands the whole text.</summary>
    public string ReadAll(WordList? words) => ReadUntil(stop: null, rules.KeepsEscapes, words);

    private string ReadUntil(char? stop, bool keepsEscapes, WordList? words)
    {
        var result = new StringBuilder();
        while (!IsAtEnd)
        {
            if (text[at] == stop)
            {
                at++;
                return result.ToString();
            }

            ReadPart(result, keepsEscapes, words);
        }

        return stop is null ? result.ToString() : throw Unclosed(stop.Value);
    }

    private void ReadPart(StringBuilder result, bool keepsEscapes, WordList? words)
    {
        switch (text[at])
        {
            case '$':
                var value = ReadVariable();
                result.Append(value);
                words?.Add(value);
                break;
            case '<':
                AppendQuoted(ReadHeredocOperator(), result, words);
                break;
            case '\'' when !rules.QuotesMeanNothing:
                AppendQuoted(ReadSingleQuoted(), result, words);
                break;
            case '"' when !rules.QuotesMeanNothing:
                AppendQuoted(ReadDoubleQuoted(keepsEscapes), result, words);
                break;
            case var escape when escape == rules.Escape:
                AppendQuoted(ReadEscaped(keepsEscapes), result, words);
                break;
            default:
                var character = text.AsSpan(at++, 1);
                result.Append(character);
                words?.Add(character);
                break;
        }
    }

    private static void AppendQuoted(ReadOnlySpan<char> value, StringBuilder result, WordList? words)
    {
        result.Append(value);
        words?.AddQuoted(value);
    }

    // An escape at the very end vanishes, unless escapes are kept.
    private ReadOnlySpan<char> ReadEscaped(bool keepsEscapes)
    {
        var start = at;
        at = Math.Min(at + 2, text.Length);
        return text.AsSpan()[(keepsEscapes ? start : Math.Min(start + 1, at))..at];
    }

    // "<< EOF" is one word.
    private ReadOnlySpan<char> ReadHeredocOperator()
    {
        var start = at++;
        if (!IsAtEnd && text[at] == '<')
        {
            at++;
            while (!IsAtEnd && text[at] is ' ' or '\t' or '\r')
            {
                at++;
            }
        }

        return text.AsSpan(start..at);
    }

    private ReadOnlySpan<char> ReadSingleQuoted()
    {
        var start = at++;
        var close = text.IndexOf('\'', at);
        if (close < 0)
        {
            at = text.Length;
            throw new ExpansionException("A single quote is never closed.", "Add the closing ' or escape the opening one.");
        }

        at = close + 1;
        return rules.KeepsQuotes ? text.AsSpan(start..at) : text.AsSpan(start + 1, close - start - 1);
    }

    private string ReadDoubleQuoted(bool keepsEscapes)
    {
        var result = new StringBuilder();
        AppendQuote(result);
        at++;
        while (!IsAtEnd)
        {
            switch (text[at])
            {
                case '"':
                    at++;
                    AppendQuote(result);
                    return result.ToString();
                case '$':
                    result.Append(ReadVariable());
                    break;
                case var character:
                    at++;
                    AppendInDoubleQuotes(character, keepsEscapes, result);
                    break;
            }
        }

        throw new ExpansionException("A double quote is never closed.", "Add the closing \" or escape the opening one.");
    }

    private readonly void AppendQuote(StringBuilder result)
    {
        if (rules.KeepsQuotes)
        {
            result.Append('"');
        }
    }

    // In double quotes an escape character escapes only ", $ and itself; before anything else it is an ordinary one.
    private void AppendInDoubleQuotes(char character, bool keepsEscapes, StringBuilder result)
    {
        if (character != rules.Escape)
        {
            result.Append(character);
            return;
        }

        var isEscape = !IsAtEnd && (text[at] is '"' or '$' || text[at] == rules.Escape);
        if (!isEscape || keepsEscapes)
        {
            result.Append(character);
        }

        if (isEscape)
        {
            result.Append(text[at++]);
        }
    }

    private readonly ExpansionException Unclosed(char wanted) =>
        new($"A '{wanted}' is missing in the substitution at \"{Shorten(text)}\".", $"Close it with '{wanted}', or write \\$ for a dollar sign.");

    private static string Shorten(string value) => value.Length <= 40 ? value : string.Concat(value.AsSpan(0, 40), "…");
}
