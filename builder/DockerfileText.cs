using System.Text;
using SharpBuild.Image.Compression;

namespace SharpBuild.Builder;

/// <summary>The bytes of a Dockerfile as text.</summary>
public static class DockerfileText
{
    /// <summary>Reads them as UTF-8, in which a Dockerfile is written.</summary>
    /// <param name="name">The file's name for the message.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="BuildException">It is written otherwise. BuildKit fails on these, too, and does not say why.</exception>
    public static string Decode(string name, ReadOnlySpan<byte> content) => FindOtherEncoding(content) is not { } encoding
        ? Encoding.UTF8.GetString(content)
        : throw new BuildException("SB4003", $"'{name}' is written in {encoding}, and a Dockerfile is UTF-8") { Hint = "save it as UTF-8" };

    /// <summary>Whether the bytes are no text at all: they begin as a compressed file does, or hold a zero byte that no other encoding explains.</summary>
    public static bool IsBinary(ReadOnlySpan<byte> content) =>
        Codecs.Sniff(content) != Codecs.Uncompressed || (content.Contains((byte)0) && FindOtherEncoding(content) is null);

    // By the byte order mark; without one by the zero byte that each ASCII character has beside it.
    private static string? FindOtherEncoding(ReadOnlySpan<byte> content) => content switch
    {
        [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => "UTF-32",
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, not 0, ..] or [not 0, 0, ..] => "UTF-16",
        _ => null,
    };
}
