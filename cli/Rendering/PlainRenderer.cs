using SharpBuild.Builder;
using SharpBuild.Builder.Events;

namespace SharpBuild.Cli.Rendering;

/// <summary>
/// One line after the other, each with its step's number, for logs and pipes. One step has the floor at a time; what the others say
/// waits until it is done, or until it has held the floor for five seconds.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="showsDetails">Whether warnings are shown with their lines of the Dockerfile.</param>
/// <param name="announce">Shows a step's name when it gets the floor; null for a line with its number.</param>
internal sealed class PlainRenderer(SafeWriter output, bool showsDetails = false, Action<StepView, string, DateTimeOffset>? announce = null) : BuildRenderer
{
    private static readonly TimeSpan Floor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TransferInterval = TimeSpan.FromSeconds(1);

    private readonly BuildView build = new();
    // Not a SortedDictionary: five methods of the set behind it were left to the JIT.
    private readonly SortedList<int, WaitingLines> waiting = [];
    private StepView? current;
    private DateTimeOffset currentSince;
    private bool isFirst = true;

    /// <inheritdoc/>
    public override void Handle(BuildEvent happened)
    {
        if (build.Apply(happened) is not { } step)
        {
            return;
        }

        foreach (var line in Lines(step, happened))
        {
            Say(step, line);
        }

        if (current is null || (current != step && happened.Time - currentSince > Floor))
        {
            GiveFloor(step, happened.Time);
        }

        while (current is { IsOver: true } && NextWaiting() is { } next)
        {
            GiveFloor(next, happened.Time);
        }
    }

    /// <inheritdoc/>
    public override void Flush() => output.Flush();

    /// <inheritdoc/>
    public override void Finish(DateTimeOffset now, FailureReport? failure)
    {
        FinishSteps(now);
        BuildSummary.Write(output, build, showsDetails);
        if (failure is not null)
        {
            FailureText.Write(output, failure);
        }

        output.Flush();
    }

    /// <summary>Prints what still waits for the floor.</summary>
    public void FinishSteps(DateTimeOffset now)
    {
        while (NextWaiting() is { } next)
        {
            GiveFloor(next, now);
        }
    }

    private static IEnumerable<PlainLine> Lines(StepView step, BuildEvent happened)
    {
        switch (happened)
        {
            case StepStarted:
                yield return new("");
                break;
            case StepWaiting:
                yield return new("waiting for another sharpbuild process that builds the same");
                break;
            case StepOutput piece:
                foreach (var line in step.Add(piece))
                {
                    yield return new($"{step.Elapsed(piece.Time).TotalSeconds:F3} ", line);
                }

                break;
            case StepProgress progress when TransferLine(step, progress) is { } line:
                yield return new(line);
                break;
            case StepCompleted or StepFailed or StepCanceled:
                foreach (var line in step.TakeRest())
                {
                    yield return new($"{step.Duration.TotalSeconds:F3} ", line);
                }

                yield return new(EndLine(step));
                break;
        }
    }

    private static string EndLine(StepView step) => step.State switch
    {
        StepState.Cached => "CACHED",
        StepState.Failed => $"ERROR: {DisplayText.Clean(step.Message ?? "")}",
        StepState.Canceled => "CANCELED",
        _ => $"DONE {step.Duration.TotalSeconds:F1}s",
    };

    private static string? TransferLine(StepView step, StepProgress progress)
    {
        var transfer = step.Transfer(progress.Item);
        if (!transfer.IsComplete && transfer.Printed is { } printed && progress.Time - printed < TransferInterval)
        {
            return null;
        }

        transfer.Printed = progress.Time;
        var seconds = (progress.Time - transfer.Started).TotalSeconds;
        var time = seconds > 0.05 ? $" {seconds:F1}s" : "";
        return $"{DisplayText.Clean(progress.Item)} {transfer.Amount}{time}{(transfer.IsComplete ? " done" : "")}";
    }

    private void Say(StepView step, PlainLine line)
    {
        if (step == current)
        {
            Print(step, line);
            return;
        }

        var number = step.Label.Id.Number;
        if (!waiting.TryGetValue(number, out var lines))
        {
            waiting[number] = lines = new WaitingLines(step);
        }

        lines.Lines.Add(line);
    }

    private StepView? NextWaiting()
    {
        foreach (var (_, lines) in waiting)
        {
            return lines.Step;
        }

        return null;
    }

    private void GiveFloor(StepView step, DateTimeOffset now)
    {
        if (!waiting.Remove(step.Label.Id.Number, out var lines))
        {
            return;
        }

        if (current is { IsOver: false } interrupted)
        {
            Print(interrupted, new("..."));
        }

        if (announce is null && !isFirst)
        {
            output.Write('\n');
        }

        (current, currentSince, isFirst) = (step, now, false);
        if (announce is null)
        {
            Print(step, new(DisplayText.Clean(step.Label.Name)));
        }
        else
        {
            announce(step, DisplayText.Clean(step.Label.Name), now);
        }

        foreach (var line in lines.Lines)
        {
            Print(step, line);
        }
    }

    private void Print(StepView step, PlainLine line)
    {
        var text = $"#{step.Label.Id.Number} {line.Text}";
        if (line.Output is { } written)
        {
            output.WriteOutput(text, written);
        }
        else if (line.Text.Length > 0)
        {
            output.Write(text + "\n");
        }
    }

    /// <summary>A line behind the number of its step.</summary>
    /// <param name="Text">What we say.</param>
    /// <param name="Output">What the step wrote; null when it is no line of its output.</param>
    private readonly record struct PlainLine(string Text, string? Output = null);

    private sealed class WaitingLines(StepView step)
    {
        public StepView Step { get; } = step;

        public List<PlainLine> Lines { get; } = [];
    }
}
