using System.Collections.Immutable;
using System.Text;

namespace SharpBuild.Parser.Expansion;

/// <summary>Splits a value into words while it is made: blanks separate, unless they came out of quotes.</summary>
internal sealed class WordList
{
    private readonly ImmutableArray<string>.Builder words = ImmutableArray.CreateBuilder<string>();
    private readonly StringBuilder current = new();

    /// <summary>Adds text whose blanks separate words.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character))
            {
                EndWord();
            }
            else
            {
                current.Append(character);
            }
        }
    }

    /// <summary>Adds text that stays together.</summary>
    public void AddQuoted(ReadOnlySpan<char> text) => current.Append(text);

    /// <summary>The words.</summary>
    public ImmutableArray<string> ToImmutable()
    {
        EndWord();
        return words.ToImmutable();
    }

    private void EndWord()
    {
        if (current.Length > 0)
        {
            words.Add(current.ToString());
            current.Clear();
        }
    }
}
