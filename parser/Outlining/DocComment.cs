using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Outlining;

/// <summary>The comments above ARG and FROM that describe them: <c># NAME description</c>.</summary>
public static class DocComment
{
    /// <summary>What the comments above an instruction say about a name; empty for nothing.</summary>
    /// <param name="instruction">The ARG or FROM.</param>
    /// <param name="name">The argument, or the stage in lower case.</param>
    public static string Find(Instruction instruction, string name)
    {
        ArgumentNullException.ThrowIfNull(instruction);
        ArgumentNullException.ThrowIfNull(name);
        foreach (var comment in instruction.Comments)
        {
            if (name.Length > 0 && comment.Length > name.Length && comment[name.Length] == ' ' && comment.StartsWith(name, StringComparison.Ordinal))
            {
                return comment[(name.Length + 1)..];
            }
        }

        return "";
    }
}
