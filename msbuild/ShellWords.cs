using System.Text;

namespace SharpBuild.MSBuild;

/// <summary>Splits a raw command line, as Visual Studio's <c>DockerfileBuildArguments</c> is one: at blanks outside of double quotes.</summary>
internal static class ShellWords
{
    /// <summary>The words, without their quotes.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var word = new StringBuilder();
        var (isQuoted, hasWord) = (false, false);
        foreach (var character in text)
        {
            if (character == '"')
            {
                (isQuoted, hasWord) = (!isQuoted, true);
            }
            else if (isQuoted || !char.IsWhiteSpace(character))
            {
                word.Append(character);
                hasWord = true;
            }
            else if (hasWord)
            {
                yield return word.ToString();
                word.Clear();
                hasWord = false;
            }
        }

        if (hasWord)
        {
            yield return word.ToString();
        }
    }
}
