using System.Collections.Immutable;

namespace SharpBuild.Parser.Ignoring;

/// <summary>A token of a path pattern.</summary>
/// <param name="Kind">What it matches.</param>
/// <param name="Character">The character of a literal, as a code point.</param>
/// <param name="Ranges">The ranges of a class, ends included.</param>
/// <param name="IsNegated">Whether the class matches what is not in it.</param>
internal readonly record struct PathToken(
    PathTokenKind Kind, int Character = default, ImmutableArray<(int Low, int High)> Ranges = default, bool IsNegated = false)
{
    /// <summary>Whether it may match without reading a character.</summary>
    public bool MayBeEmpty => Kind is PathTokenKind.ManyInElement or PathTokenKind.Directories or PathTokenKind.Anything;

    /// <summary>Whether it reads <paramref name="character"/>.</summary>
    public bool Reads(int character) => Kind switch
    {
        PathTokenKind.Literal => character == Character,
        PathTokenKind.OneInElement or PathTokenKind.ManyInElement => character != '/',
        PathTokenKind.Class => Contains(character) != IsNegated,
        _ => true,
    };

    private bool Contains(int character)
    {
        foreach (var (low, high) in Ranges)
        {
            if (character >= low && character <= high)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What a token of a path pattern matches.</summary>
internal enum PathTokenKind
{
    /// <summary>One given character.</summary>
    Literal,

    /// <summary><c>?</c>: one character of an element.</summary>
    OneInElement,

    /// <summary><c>*</c>: any characters of an element.</summary>
    ManyInElement,

    /// <summary><c>[a-z]</c>: one character of a class.</summary>
    Class,

    /// <summary><c>**/</c>: any directories, each with its slash, or nothing.</summary>
    Directories,

    /// <summary><c>**</c> at the end: whatever follows.</summary>
    Anything,
}
