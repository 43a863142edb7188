using System.Collections.Immutable;

namespace SharpBuild.Parser.Expansion;

/// <summary>A part of a word as written, before any variable has a value. The family is closed.</summary>
internal abstract record Fragment;

/// <summary>Ordinary text; blanks in it separate words.</summary>
/// <param name="Text">The text.</param>
internal sealed record TextFragment(string Text) : Fragment;

/// <summary>Text that stays together: the operator of a heredoc with the blanks behind it.</summary>
/// <param name="Text">The text.</param>
internal sealed record OperatorFragment(string Text) : Fragment;

/// <summary>An escape character and what it escapes, which is nothing at the end of a word.</summary>
/// <param name="Written">Both.</param>
internal sealed record EscapeFragment(string Written) : Fragment;

/// <summary>Text in single quotes.</summary>
/// <param name="Text">The text between them.</param>
internal sealed record SingleQuotedFragment(string Text) : Fragment;

/// <summary>What stands in double quotes.</summary>
/// <param name="Parts">Text, escapes and variables.</param>
internal sealed record DoubleQuotedFragment(ImmutableArray<Fragment> Parts) : Fragment;

/// <summary>What variables replace.</summary>
/// <param name="Name">The name of the variable.</param>
internal abstract record VariableFragment(string Name) : Fragment;

/// <summary><c>$name</c> or <c>${name}</c>.</summary>
/// <param name="Name">The name of the variable.</param>
/// <param name="IsBraced">Whether it stands in braces.</param>
internal sealed record ValueFragment(string Name, bool IsBraced) : VariableFragment(Name);

/// <summary><c>${name:-word}</c> and its kin.</summary>
/// <param name="Name">The name of the variable.</param>
/// <param name="Modifier">One of <c>- + ? # %</c>.</param>
/// <param name="EmptyIsUnset">Whether a colon stands before it.</param>
/// <param name="Word">What follows it.</param>
internal sealed record ModifiedFragment(string Name, char Modifier, bool EmptyIsUnset, ImmutableArray<Fragment> Word) : VariableFragment(Name)
{
    /// <summary>Whether the word is a pattern, in which escapes stay.</summary>
    public bool HasPattern => Modifier is '#' or '%';
}

/// <summary><c>${name/pattern/replacement}</c>.</summary>
/// <param name="Name">The name of the variable.</param>
/// <param name="ReplacesAll">Whether every match is replaced (<c>//</c>).</param>
/// <param name="Pattern">What is looked for.</param>
/// <param name="Replacement">What takes its place.</param>
internal sealed record ReplacedFragment(string Name, bool ReplacesAll, ImmutableArray<Fragment> Pattern, ImmutableArray<Fragment> Replacement) : VariableFragment(Name);

/// <summary>What cannot be read. Nothing is read behind it.</summary>
/// <param name="Message">What is wrong, in one sentence.</param>
/// <param name="Hint">What would mend it.</param>
internal sealed record BrokenFragment(string Message, string? Hint = null) : Fragment
{
    /// <summary>The character that is missing at the end; then the message names the word.</summary>
    public char? Missing { get; init; }
}
