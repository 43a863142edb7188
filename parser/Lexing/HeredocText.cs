using System.Text;

namespace SharpBuild.Parser.Lexing;

/// <summary>What <c>&lt;&lt;-</c> does to a text.</summary>
internal static class HeredocText
{
    /// <summary>The text with the tabs at the start of each line removed.</summary>
    public static string WithoutLeadingTabs(string text)
    {
        var result = new StringBuilder(text.Length);
        var isLineStart = true;
        foreach (var character in text)
        {
            if (isLineStart && character == '\t')
            {
                continue;
            }

            result.Append(character);
            isLineStart = character == '\n';
        }

        return result.ToString();
    }
}
