using System.Text;
using SharpBuild.Builder.Events;
using SharpBuild.Cli.Rendering;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Cli;

public sealed class RendererTests
{
    [Fact]
    public void Plain_shows_a_build() => Golden.Verify(Plain(SampleBuild.Succeeding));

    [Fact]
    public void Plain_shows_a_failure() => Golden.Verify(Plain(SampleBuild.Failing, failed: true));

    [Fact]
    public void Quiet_shows_a_failure_alone()
    {
        using var output = new StringWriter();
        using var renderer = new QuietRenderer(output);
        SampleBuild.Show(renderer, SampleBuild.Failing, SampleBuild.Failure);
        Golden.Verify(output.ToString());
    }

    [Fact]
    public void Quiet_says_nothing_of_a_build_that_succeeds()
    {
        using var output = new StringWriter();
        using var renderer = new QuietRenderer(output);
        SampleBuild.Show(renderer, SampleBuild.Succeeding);
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Json_shows_a_build() => Golden.Verify(Json(SampleBuild.Succeeding));

    [Fact]
    public void Json_shows_a_failure() => Golden.Verify(Json(SampleBuild.Failing, failed: true));

    [Fact]
    public void A_piece_that_is_no_text_becomes_base64() =>
        Assert.Contains("\"base64\":\"/w==\"", Json([new StepOutput(SampleBuild.At(0), new(1), 1, new byte[] { 0xff })]), StringComparison.Ordinal);

    [Fact]
    public void Terminal_shows_a_build() => Golden.Verify(Visible(Terminal(SampleBuild.Succeeding, TerminalColors.None)));

    [Fact]
    public void Terminal_shows_a_failure_in_colour() => Golden.Verify(Visible(Terminal(SampleBuild.Failing, TerminalColors.Usual, failed: true)));

    [Fact]
    public void Terminal_never_passes_on_what_a_step_wrote_to_control_it()
    {
        var shown = Terminal(SampleBuild.Succeeding, TerminalColors.None);
        Assert.DoesNotContain("\e[2J", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\e]0;", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[31m", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("title", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_never_is_larger_than_the_terminal()
    {
        var frames = Terminal(SampleBuild.Succeeding, TerminalColors.None, new TerminalSize(30, 6)).Split("\e[?2026h");
        foreach (var frame in frames[1..^1])
        {
            var lines = frame[..frame.IndexOf("\e[J", StringComparison.Ordinal)].Split('\n');
            Assert.InRange(lines.Length - 1, 1, 5);
            Assert.All(lines[1..^1], line => Assert.InRange(DisplayText.Measure(DisplayText.Clean(line.TrimStart('\r'))), 0, 30));
        }
    }

    private static string Plain(System.Collections.Immutable.ImmutableArray<BuildEvent> events, bool failed = false)
    {
        using var output = new StringWriter();
        using var renderer = new PlainRenderer(new SafeWriter(output));
        SampleBuild.Show(renderer, events, failed ? SampleBuild.Failure : null);
        return output.ToString().Replace("\e", "␛", StringComparison.Ordinal).Replace("\a", "␇", StringComparison.Ordinal).Replace("\r", "␍", StringComparison.Ordinal);
    }

    private static string Json(System.Collections.Immutable.ImmutableArray<BuildEvent> events, bool failed = false)
    {
        using var output = new MemoryStream();
        using var renderer = new JsonRenderer(output);
        SampleBuild.Show(renderer, events, failed ? SampleBuild.Failure : null);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static string Terminal(
        System.Collections.Immutable.ImmutableArray<BuildEvent> events, TerminalColors colors, TerminalSize? size = null, bool failed = false)
    {
        using var output = new StringWriter();
        using var renderer = new TerminalRenderer(new SafeWriter(output), () => size ?? new TerminalSize(72, 20), colors, TerminalRenderer.DefaultLogLines);
        SampleBuild.Show(renderer, events, failed ? SampleBuild.Failure : null);
        return output.ToString();
    }

    private static string Terminal(System.Collections.Immutable.ImmutableArray<BuildEvent> events, TerminalColors colors, bool failed) =>
        Terminal(events, colors, null, failed);

    private static string Visible(string text) => text.Replace("\e", "␛", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
}
