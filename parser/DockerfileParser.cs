using SharpBuild.Parser.Reading;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser;

/// <summary>Reads Dockerfiles. No disk, no clock, no network; time grows linearly with the text.</summary>
public static class DockerfileParser
{
    /// <summary>Reads a whole Dockerfile. Never throws for what is in the text: every independent error is in the result.</summary>
    /// <param name="source">The text.</param>
    public static ParseResult Parse(SourceText source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new FileReader(source).Read();
    }

    /// <summary>Reads the instruction that an image's ONBUILD holds.</summary>
    /// <param name="text">The text in the image's config, heredocs included.</param>
    /// <param name="escape">The escape character; BuildKit takes the backslash, whatever the base's Dockerfile had.</param>
    /// <exception cref="DockerfileException">The text is not exactly one instruction.</exception>
    public static Instruction ParseTrigger(string text, char escape = '\\')
    {
        var source = new SourceText("ONBUILD", text);
        return new FileReader(source, escape).ReadSingle();
    }
}
