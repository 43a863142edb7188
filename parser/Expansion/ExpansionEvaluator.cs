using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;

namespace SharpBuild.Parser.Expansion;

/// <summary>Puts values in the place of variables. Each fragment is visited once, so the time is that of the text and of the values.</summary>
internal sealed class ExpansionEvaluator(ExpansionRules rules, NameUses names)
{
    // The kernel takes 128 KiB in one argument; ENV A=$A$A, over and over, would fill the memory.
    private const int MaximumLength = 1 << 20;

    private int substituted;

    /// <summary>Refuses more text from variables than a word can have any use for.</summary>
    public static void ThrowIfTooLong(int length)
    {
        if (length > MaximumLength)
        {
            throw new ExpansionException("Variables bring more than 1 MiB into this word.", "Does a variable hold itself several times over?");
        }
    }

    /// <summary>The value of some fragments.</summary>
    public string Evaluate(ImmutableArray<Fragment> fragments, bool keepsEscapes, WordList? words)
    {
        var result = new StringBuilder();
        foreach (var fragment in fragments)
        {
            var value = ValueOf(fragment, keepsEscapes);
            result.Append(value);
            if (fragment is TextFragment or VariableFragment)
            {
                words?.Add(value);
            }
            else
            {
                words?.AddQuoted(value);
            }
        }

        return result.ToString();
    }

    private string ValueOf(Fragment fragment, bool keepsEscapes) => fragment switch
    {
        TextFragment text => text.Text,
        OperatorFragment heredoc => heredoc.Text,
        EscapeFragment escape => keepsEscapes ? escape.Written : escape.Written[1..],
        SingleQuotedFragment quoted => rules.KeepsQuotes ? $"'{quoted.Text}'" : quoted.Text,
        DoubleQuotedFragment quoted when rules.KeepsQuotes => $"\"{Evaluate(quoted.Parts, keepsEscapes, words: null)}\"",
        DoubleQuotedFragment quoted => Evaluate(quoted.Parts, keepsEscapes, words: null),
        ValueFragment value => Count(names.Find(value.Name, hasDefault: false) ?? Unset(value.IsBraced ? $"${{{value.Name}}}" : "$" + value.Name)),
        ModifiedFragment modified => Count(ValueOf(modified)),
        ReplacedFragment replaced => Count(ValueOf(replaced)),
        _ => throw new UnreachableException($"no rule for {fragment.GetType().Name}"),
    };

    private string ValueOf(ModifiedFragment fragment)
    {
        var (name, modifier, emptyIsUnset, _) = fragment;
        var word = Evaluate(fragment.Word, fragment.HasPattern, words: null);
        var value = names.Find(name, hasDefault: !fragment.HasPattern);
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

    private string ValueOf(ReplacedFragment fragment)
    {
        var pattern = Evaluate(fragment.Pattern, keepsEscapes: true, words: null);
        var replacement = Evaluate(fragment.Replacement, keepsEscapes: true, words: null);
        return names.Find(fragment.Name, hasDefault: false) is { } value
            ? GlobPattern.Parse(pattern).Replace(value, replacement, fragment.ReplacesAll)
            : Unset($"${{{fragment.Name}/{pattern}/{replacement}}}");
    }

    private string Unset(string asWritten) => rules.KeepsUnset ? asWritten : "";

    private string Count(string value)
    {
        substituted += value.Length;
        ThrowIfTooLong(substituted);
        return value;
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
}
