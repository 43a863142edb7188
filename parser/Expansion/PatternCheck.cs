using System.Collections.Immutable;
using System.Text;

namespace SharpBuild.Parser.Expansion;

/// <summary>Finds patterns of <c>${x#…}</c> and its kin that are malformed whatever the variables in them are.</summary>
internal static class PatternCheck
{
    /// <summary>Checks the patterns in some fragments.</summary>
    /// <exception cref="ExpansionException">One is malformed.</exception>
    public static void Run(ImmutableArray<Fragment> fragments)
    {
        foreach (var fragment in fragments)
        {
            switch (fragment)
            {
                case DoubleQuotedFragment quoted:
                    Run(quoted.Parts);
                    break;
                case ModifiedFragment modified:
                    Run(modified.Word);
                    CheckPattern(modified.HasPattern ? modified.Word : []);
                    break;
                case ReplacedFragment replaced:
                    Run(replaced.Pattern);
                    Run(replaced.Replacement);
                    CheckPattern(replaced.Pattern);
                    break;
            }
        }
    }

    // A value may be anything, so each piece between variables is a pattern of its own.
    private static void CheckPattern(ImmutableArray<Fragment> pattern)
    {
        var piece = new StringBuilder();
        Append(pattern, piece);
        GlobPattern.Parse(piece.ToString());
    }

    private static void Append(ImmutableArray<Fragment> fragments, StringBuilder piece)
    {
        foreach (var fragment in fragments)
        {
            switch (fragment)
            {
                case DoubleQuotedFragment quoted:
                    Append(quoted.Parts, piece);
                    break;
                case VariableFragment:
                    GlobPattern.Parse(piece.ToString());
                    piece.Clear();
                    break;
                case TextFragment text:
                    piece.Append(text.Text);
                    break;
                case OperatorFragment heredoc:
                    piece.Append(heredoc.Text);
                    break;
                case EscapeFragment escape:
                    piece.Append(escape.Written);
                    break;
                case SingleQuotedFragment quoted:
                    piece.Append(quoted.Text);
                    break;
            }
        }
    }
}
