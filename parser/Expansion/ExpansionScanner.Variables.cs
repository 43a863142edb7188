using System.Globalization;

namespace SharpBuild.Parser.Expansion;

internal ref partial struct ExpansionScanner
{
    private string ReadVariable()
    {
        at++;
        if (IsAtEnd || text[at] != '{')
        {
            return Count(ReadName() is { Length: > 0 } name ? names.Find(name, hasDefault: false) ?? Unset("$" + name) : "$");
        }

        if (++depth > MaximumDepth)
        {
            throw new ExpansionException($"Substitutions are nested more than {MaximumDepth} deep.");
        }

        at++;
        var value = ReadBraced();
        depth--;
        return Count(value);
    }

    private string Count(string value)
    {
        substituted += value.Length;
        ThrowIfTooLong(substituted);
        return value;
    }

    private string ReadBraced()
    {
        if (IsAtEnd)
        {
            throw Unclosed('}');
        }

        if (text[at] is '{' or '}' or ':')
        {
            throw new ExpansionException(
                $"'${{{text[at]}' is no substitution: a name must follow '${{'.", "Write ${NAME}, or \\$ for a dollar sign.");
        }

        var name = ReadName();
        if (IsAtEnd)
        {
            throw Unclosed('}');
        }

        return text[at++] switch
        {
            '}' => names.Find(name, hasDefault: false) ?? Unset($"${{{name}}}"),
            ':' => ReadModifier(name, Next(), emptyIsUnset: true),
            '/' => ReadReplacement(name),
            var modifier => ReadModifier(name, modifier, emptyIsUnset: false),
        };
    }

    private char Next() => IsAtEnd ? throw Unclosed('}') : text[at++];

    private string ReadModifier(string name, char modifier, bool emptyIsUnset)
    {
        var isPattern = modifier is '#' or '%';
        if (modifier is not ('-' or '+' or '?' or '#' or '%') || (isPattern && emptyIsUnset))
        {
            throw new ExpansionException(
                $"'{(emptyIsUnset ? ":" : "")}{modifier}' is no modifier for ${{{name}}}.",
                "Use one of :- - :+ + :? ? # ## % %% / //.");
        }

        var word = ReadUntil('}', keepsEscapes: isPattern, words: null);
        var value = names.Find(name, hasDefault: modifier is '-' or '+' or '?');
        if (value is null && rules.KeepsUnset)
        {
            return $"${{{name}{(emptyIsUnset ? ":" : "")}{modifier}{word}}}";
        }

        var isSet = value is not null && !(emptyIsUnset && value.Length == 0);
        return modifier switch
        {
            '-' => isSet ? value! : word,
            '+' => isSet ? word : "",
            '?' => isSet ? value! : throw Missing(name, word, isUnset: value is null),
            _ => Trim(value ?? "", word, modifier),
        };
    }

    private static ExpansionException Missing(string name, string message, bool isUnset)
    {
        var reason = message.Length > 0 ? message : isUnset ? "is not allowed to be unset" : "is not allowed to be empty";
        return new($"{name}: {reason}", $"Give it a value with --build-arg {name}=…");
    }

    // # and % take the shortest match away, ## and %% the longest.
    private static string Trim(string value, string word, char modifier)
    {
        var isLongest = word.StartsWith(modifier);
        var pattern = GlobPattern.Parse(isLongest ? word[1..] : word);
        return modifier == '#'
            ? value[(pattern.MatchPrefix(value, isLongest) ?? 0)..]
            : value[..^(pattern.MatchSuffix(value, isLongest) ?? 0)];
    }

    private string ReadReplacement(string name)
    {
        var replacesAll = !IsAtEnd && text[at] == '/';
        at += replacesAll ? 1 : 0;
        var pattern = ReadUntil('/', keepsEscapes: true, words: null);
        var replacement = ReadUntil('}', keepsEscapes: true, words: null);
        return names.Find(name, hasDefault: false) is { } value
            ? GlobPattern.Parse(pattern).Replace(value, replacement, replacesAll)
            : Unset($"${{{name}/{pattern}/{replacement}}}");
    }

    private readonly string Unset(string asWritten) => rules.KeepsUnset ? asWritten : "";

    // $12 is the parameter 12, $$ and its kin are names of one character; all else is letters, digits and underscores.
    private string ReadName()
    {
        var start = at;
        if (!IsAtEnd && char.IsDigit(text[at]))
        {
            while (!IsAtEnd && char.IsDigit(text[at]))
            {
                at++;
            }
        }
        else if (!IsAtEnd && text[at] is '@' or '*' or '#' or '?' or '-' or '$' or '!')
        {
            at++;
        }
        else
        {
            while (!IsAtEnd && (char.IsLetter(text[at]) || text[at] == '_' || char.GetUnicodeCategory(text[at]) == UnicodeCategory.DecimalDigitNumber))
            {
                at++;
            }
        }

        return text[start..at];
    }
}
