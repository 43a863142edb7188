using SharpBuild.Builder;
using SharpBuild.Builder.Events;

namespace SharpBuild.Cli.Rendering;

/// <summary>
/// One line after the other, each with its step's number, for logs and pipes. One step has the floor at a time; what the others say
/// waits until it is done, or until it has held the floor for five seconds.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="showsDetails">Whether warnings are shown with their lines of the Dockerfile.</param>
internal sealed class PlainRenderer(TextWriter output, bool showsDetails = false) : BuildRenderer
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
        while (NextWaiting() is { } next)
        {
            GiveFloor(next, now);
        }

        BuildSummary.Write(output, build, showsDetails);
        if (failure is not null)
        {
            FailureText.Write(output, failure);
        }

        output.Flush();
    }

    private static IEnumerable<string> Lines(StepView step, BuildEvent happened)
    {
        switch (happened)
        {
            case StepStarted:
                yield return "";
                break;
            case StepWaiting:
                yield return "waiting for another sharpbuild process that builds the same";
                break;
            case StepOutput piece:
                foreach (var line in step.Add(piece))
                {
                    yield return $"{step.Elapsed(piece.Time).TotalSeconds:F3} {line}";
                }

                break;
            case StepProgress progress when TransferLine(step, progress) is { } line:
                yield return line;
                break;
            case StepCompleted or StepFailed or StepCanceled:
                foreach (var line in step.TakeRest())
                {
                    yield return $"{step.Duration.TotalSeconds:F3} {line}";
                }

                yield return EndLine(step);
                break;
        }
    }

    private static string EndLine(StepView step) => step.State switch
    {
        StepState.Cached => "CACHED",
        StepState.Failed => $"ERROR: {step.Message}",
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
        return $"{progress.Item} {transfer.Amount}{time}{(transfer.IsComplete ? " done" : "")}";
    }

    private void Say(StepView step, string line)
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
            Print(interrupted, "...");
        }

        if (!isFirst)
        {
            output.Write('\n');
        }

        (current, currentSince, isFirst) = (step, now, false);
        Print(step, OneLine(step.Label.Name));
        foreach (var line in lines.Lines)
        {
            Print(step, line);
        }
    }

    // The name of a heredoc RUN has line ends; what follows one would look like a line of its own.
    private static string OneLine(string name) => name.AsSpan().ContainsAny('\n', '\r') ? name.Replace("\r", "").Replace('\n', ' ') : name;

    private void Print(StepView step, string line)
    {
        if (line.Length > 0)
        {
            output.Write('#');
            output.Write(step.Label.Id.Number);
            output.Write(' ');
            output.Write(line);
            output.Write('\n');
        }
    }

    private sealed class WaitingLines(StepView step)
    {
        public StepView Step { get; } = step;

        public List<string> Lines { get; } = [];
    }
}
