using System.Text;
using SharpBuild.Builder;
using SharpBuild.Builder.Events;

namespace SharpBuild.Cli.Rendering;

/// <summary>A live picture of the build, redrawn in place ten times a second while something moves.</summary>
/// <param name="output">A terminal.</param>
/// <param name="size">Asks the terminal's size; it may change at any time.</param>
/// <param name="colors">The colours.</param>
/// <param name="logLines">How many lines of output to show below a running step.</param>
/// <param name="showsDetails">Whether warnings are shown with their lines of the Dockerfile.</param>
internal sealed class TerminalRenderer(SafeWriter output, Func<TerminalSize> size, TerminalColors colors, int logLines, bool showsDetails = false) : BuildRenderer
{
    /// <summary>How many lines of output are shown below a step when <c>BUILDKIT_TTY_LOG_LINES</c> does not say.</summary>
    public const int DefaultLogLines = 6;

    // DEC private mode 2026: the terminal shows what lies between at once, so that nothing flickers; others ignore it.
    private const string BeginUpdate = "\e[?2026h\e[?25l";
    private const string EndUpdate = "\e[?25h\e[?2026l";

    private readonly BuildView build = new();
    private readonly Dictionary<StepId, RecentLines> logs = [];
    private readonly StringBuilder frame = new();
    private int height;

    /// <inheritdoc/>
    public override TimeSpan? Period => TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public override void Handle(BuildEvent happened)
    {
        var step = build.Apply(happened);
        if (happened is StepOutput piece && step is not null)
        {
            if (!logs.TryGetValue(piece.Step, out var lines))
            {
                logs[piece.Step] = lines = new RecentLines(logLines);
            }

            foreach (var line in step.Add(piece))
            {
                lines.Add(line);
            }
        }
    }

    /// <inheritdoc/>
    public override void Tick(DateTimeOffset now)
    {
        if (build.Steps.Count > 0)
        {
            Draw(new TerminalFrame(size(), colors, logLines).DrawRunning(build, logs, now));
        }
    }

    /// <inheritdoc/>
    public override void Finish(DateTimeOffset now, FailureReport? failure)
    {
        if (build.Steps.Count > 0)
        {
            Draw(new TerminalFrame(size(), colors, logLines).DrawFinal(build, now));
        }

        BuildSummary.Write(output, build, showsDetails);
        if (failure is not null)
        {
            FailureText.Write(output, failure);
        }

        output.Flush();
    }

    private void Draw(List<string> lines)
    {
        frame.Clear().Append(BeginUpdate);
        if (height > 0)
        {
            frame.Append("\e[").Append(height).Append('A');
        }

        foreach (var line in lines)
        {
            frame.Append('\r').Append(line).Append("\e[K\n");
        }

        frame.Append("\e[J").Append(EndUpdate);
        output.Raw.Write(frame);
        output.Raw.Flush();
        height = lines.Count;
    }
}
