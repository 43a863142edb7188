using SharpBuild.Builder.Events;

namespace SharpBuild.Cli.Rendering;

/// <summary>One picture of a build: lines that fit a terminal. Pure, so that a test can look at it.</summary>
/// <param name="size">The terminal.</param>
/// <param name="colors">The colours.</param>
/// <param name="logLines">How many lines of output to show below a running step.</param>
internal sealed class TerminalFrame(TerminalSize size, TerminalColors colors, int logLines)
{
    // The last column stays empty: a character in it makes some terminals wrap.
    private readonly int width = Math.Max(size.Columns - 1, 20);

    /// <summary>The picture of a build that goes on: at most as high as the terminal, what is over goes first.</summary>
    public List<string> DrawRunning(BuildView build, IReadOnlyDictionary<StepId, RecentLines> logs, DateTimeOffset now)
    {
        var room = Math.Max(size.Rows - 2, 3);
        var shown = build.Steps.FindAll(step => step.State != StepState.Pending);
        var running = shown.FindAll(step => !step.IsOver);
        var logsEach = Math.Min(logLines, running.Count == 0 ? 0 : Math.Max(0, (room - running.Count) / running.Count));
        var below = running.Sum(step => Math.Min(logsEach, logs.TryGetValue(step.Label.Id, out var lines) ? lines.Count : 0) + step.Transfers.Count);
        var drop = Math.Max(0, shown.Count + below - room);
        var frame = new List<string> { Header(build, now, isOver: false) };
        foreach (var step in shown)
        {
            if (step.IsOver && drop > 0)
            {
                drop--;
                continue;
            }

            frame.Add(StepLine(step, now));
            if (!step.IsOver)
            {
                AddDetails(frame, step, logs, logsEach, now);
            }
        }

        return frame.Count <= room + 1 ? frame : frame[..(room + 1)];
    }

    /// <summary>The picture that stays: every step that did anything.</summary>
    public List<string> DrawFinal(BuildView build, DateTimeOffset now)
    {
        var frame = new List<string> { Header(build, now, isOver: true) };
        foreach (var step in build.Steps)
        {
            if (step.State != StepState.Pending)
            {
                frame.Add(StepLine(step, now));
            }
        }

        return frame;
    }

    private string Header(BuildView build, DateTimeOffset now, bool isOver)
    {
        var seconds = build.Started is { } started ? Math.Max(0, (now - started).TotalSeconds) : 0;
        var over = isOver && build.Result is not null ? " FINISHED" : "";
        return DisplayText.Fit($"[+] Building {seconds:F1}s ({build.OverCount}/{build.Steps.Count}){over}", width);
    }

    private string StepLine(StepView step, DateTimeOffset now)
    {
        var prefix = step.State switch
        {
            StepState.Cached => " => CACHED ",
            StepState.Failed => " => ERROR ",
            StepState.Canceled => " => CANCELED ",
            StepState.Waiting => " => WAITING ",
            _ => " => ",
        };
        return colors.Paint(Line(prefix + DisplayText.Clean(step.Label.Name), step.Elapsed(now)), step.State);
    }

    private string Line(string left, TimeSpan time)
    {
        var right = $" {time.TotalSeconds:F1}s";
        var room = width - right.Length;
        var fitted = DisplayText.Fit(left, room);
        return fitted + new string(' ', Math.Max(0, room - DisplayText.Measure(fitted))) + right;
    }

    private void AddDetails(List<string> frame, StepView step, IReadOnlyDictionary<StepId, RecentLines> logs, int logsEach, DateTimeOffset now)
    {
        foreach (var transfer in step.Transfers)
        {
            var text = $" => => {DisplayText.Clean(transfer.Item)} {transfer.Amount}";
            frame.Add(colors.Paint(Line(text, now - transfer.Started), transfer.IsComplete ? StepState.Done : StepState.Running));
        }

        if (logs.TryGetValue(step.Label.Id, out var lines))
        {
            foreach (var line in lines.Last(logsEach))
            {
                frame.Add(DisplayText.Fit($" => => # {line}", width));
            }
        }
    }
}
