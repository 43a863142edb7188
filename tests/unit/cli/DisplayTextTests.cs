using SharpBuild.Cli.Rendering;
using Xunit;

namespace SharpBuild.UnitTests.Cli;

public sealed class DisplayTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\tb", "a    b")]
    [InlineData("a\nb\r", "a b ")]
    [InlineData("\e[31mred\e[0m", "red")]
    [InlineData("\e[38;2;1;2;3mx", "x")]
    [InlineData("\e]0;title\atext", "text")]
    [InlineData("\e]8;;http://x\e\\link\e]8;;\e\\", "link")]
    [InlineData("\ePq#0\e\\after", "after")]
    [InlineData("\e]never closed", "")]
    [InlineData("\e[", "")]
    [InlineData("\e", "")]
    [InlineData("\e(Bx", "x")]
    [InlineData("\ec reset", " reset")]
    [InlineData("\u009b31mred", "31mred")]
    [InlineData("bell\a\b\u007f", "bell")]
    [InlineData("a\u202eb", "ab")]
    public void What_could_control_a_terminal_is_gone(string text, string expected) => Assert.Equal(expected, DisplayText.Clean(text));

    [Theory]
    [InlineData("\e[31mred\e[0m", "\e[31mred\e[0m\e[0m")]
    [InlineData("\e[1;38:5:9mx", "\e[1;38:5:9mx\e[0m")]
    [InlineData("a\tb", "a\tb")]
    [InlineData("10%\r50%\r100%\r", "100%")]
    [InlineData("\e[2J\e[H\e[?25lx", "x")]
    [InlineData("\e[>4;2m\e[?1mx", "x")]
    [InlineData("\e]0;title\a\e]52;c;aGk=\ax", "x")]
    [InlineData("\eP$q\e\\\e[6n\ecx\b\a", "x")]
    [InlineData("\u009b31mx\u202e", "31mx")]
    public void Of_output_the_colours_stay_and_nothing_else(string text, string expected) => Assert.Equal(expected, DisplayText.KeepColors(text));

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("漢字", 4)]
    [InlineData("é", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("🚀", 2)]
    public void Columns_are_counted_as_a_terminal_does(string text, int columns) => Assert.Equal(columns, DisplayText.Measure(text));

    [Theory]
    [InlineData("abcdef", 4, "abcd")]
    [InlineData("漢字x", 3, "漢")]
    [InlineData("🚀🚀", 3, "🚀")]
    [InlineData("ab", 10, "ab")]
    public void Text_is_cut_at_a_column(string text, int columns, string expected) => Assert.Equal(expected, DisplayText.Fit(text, columns));
}
