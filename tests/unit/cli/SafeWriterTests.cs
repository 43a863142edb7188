using SharpBuild.Cli.Listing;
using SharpBuild.Cli.Rendering;
using Xunit;

namespace SharpBuild.UnitTests.Cli;

public sealed class SafeWriterTests
{
    [Theory]
    [InlineData("a\e[2Jb\tc\u202ed", "ab\tcd")]
    [InlineData("::error::x", "::error::x")]
    [InlineData("get https://me:word@h/x", "get https://xxxxx:xxxxx@h/x")]
    public void Text_is_cleaned_line_by_line(string text, string expected) => Assert.Equal(expected + "\n", Write(text, isPipeline: false));

    [Theory]
    [InlineData("::error::x", ": :error::x")]
    [InlineData("a ##teamcity[x]", "a # #teamcity[x]")]
    [InlineData("##vso[x]", "# #vso[x]")]
    public void Commands_of_a_service_are_broken_where_one_reads_along(string text, string expected) => Assert.Equal(expected + "\n", Write(text, isPipeline: true));

    [Fact]
    public void A_sequence_in_pieces_is_one()
    {
        using var raw = new StringWriter();
        using var safe = new SafeWriter(raw, isPipeline: true);
        safe.Write(':');
        safe.Write(":err\e");
        safe.Write("]0;x\aor::");
        safe.Write("\n".ToCharArray(), 0, 1);
        Assert.Equal(": :error::\n", raw.ToString());
    }

    [Fact]
    public void What_is_not_ended_is_written_when_it_is_flushed()
    {
        using var raw = new StringWriter();
        using var safe = new SafeWriter(raw);
        safe.Write("waiting\e[5m …");
        safe.Flush();
        Assert.Equal("waiting …", raw.ToString());
    }

    [Fact]
    public void Json_says_the_same_and_controls_nothing()
    {
        const string Hostile = "\e[2J\u009b\u202e\u2066 ##vso[x] ##[y] ##teamcity[z] section_start:1 https://me:word@h";
        using var raw = new StringWriter();
        using var safe = new SafeWriter(raw, isPipeline: true);
        JsonLines.WriteLine(safe, json => json.WriteString("name", Hostile));
        var line = raw.ToString();
        Assert.DoesNotContain(line.TrimEnd('\n'), DisplayText.IsDangerous);
        Assert.DoesNotContain("##", line, StringComparison.Ordinal);
        Assert.DoesNotContain("section_start:", line, StringComparison.Ordinal);
        using var document = System.Text.Json.JsonDocument.Parse(line);
        Assert.Equal(Hostile, document.RootElement.GetProperty("name").GetString());
    }

    private static string Write(string text, bool isPipeline)
    {
        using var raw = new StringWriter();
        using var safe = new SafeWriter(raw, isPipeline);
        safe.Write(text + "\n");
        return raw.ToString();
    }
}
