using System.Collections.Immutable;
using System.Text;
using SharpBuild.Builder;
using SharpBuild.Builder.Events;
using SharpBuild.Cli.Rendering;
using SharpBuild.Image;
using SharpBuild.Parser;

namespace SharpBuild.UnitTests.Cli;

/// <summary>A fixed list of events that every renderer is shown.</summary>
internal static class SampleBuild
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static SourceText Dockerfile { get; } = new("Dockerfile", "FROM base AS build\nRUN make\nRUN <<EOF\ncheck\nEOF\nCOPY --from=build /out /\n");

    public static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    /// <summary>The report of the failure.</summary>
    public static FailureReport Failure { get; } = FailureReport.From(
        new BuildException("SB3001", "process \"/bin/sh -c check\" did not complete successfully: exit code: 127")
        {
            File = Dockerfile,
            Span = new SourceSpan(28, 47),
            StepName = "[check 1/1] RUN <<EOF (check)",
            ExitCode = 127,
            OutputTail = ["0.200 check: not found"],
            Hint = "install what it calls, or correct its name",
        });

    /// <summary>Two stages that run at the same time, a transfer, a cached step, output in pieces.</summary>
    public static ImmutableArray<BuildEvent> Succeeding { get; } =
    [
        Planned(),
        Warning(),
        Begin(0.1, 1),
        new StepProgress(At(0.2), new(1), "sha256:0123456789ab", 1_200_000, 3_400_000),
        new StepProgress(At(0.3), new(1), "sha256:0123456789ab", 2_000_000, 3_400_000),
        new StepProgress(At(1.4), new(1), "sha256:0123456789ab", 3_400_000, 3_400_000),
        End(1.5, 1, 1.4),
        Cached(1.5, 2),
        Begin(1.6, 3),
        Begin(1.6, 4),
        Output(1.7, 3, 1, "compiling\nlin"),
        Output(1.8, 4, 1, "checking\n"),
        Output(1.9, 3, 1, "king ünïcödé 漢字\n"),
        Output(2.0, 3, 2, "warning: \e[31mred\e[0m \e]0;title\a\e[2J\n"),
        Output(2.1, 3, 1, "10%\r50%\r100%\n"),
        Output(8.0, 4, 1, "still checking\n"),
        End(8.5, 4, 6.9),
        Output(8.6, 3, 1, "no line end"),
        End(9.0, 3, 7.4),
        Begin(9.0, 5),
        End(9.25, 5, 0.25),
        new BuildCompleted(At(9.25), new BuildResult(Digest.Compute("config"u8), Digest.Compute("manifest"u8), ["docker.io/library/hello:latest"], ["/tmp/hello.tar"])),
    ];

    /// <summary>A step fails while another runs.</summary>
    public static ImmutableArray<BuildEvent> Failing { get; } =
    [
        Planned(),
        Cached(0.1, 1),
        Cached(0.1, 2),
        Begin(0.2, 3),
        Begin(0.2, 4),
        Output(0.3, 3, 1, "compiling\n"),
        Output(0.4, 4, 2, "check: not found\n"),
        new StepFailed(At(0.5), new(4), Failure.Message, TimeSpan.FromSeconds(0.3)),
        new StepCanceled(At(0.5), new(3)),
    ];

    /// <summary>Shows all events to a renderer, with the ticks that it asks for.</summary>
    public static void Show(BuildRenderer renderer, ImmutableArray<BuildEvent> events, FailureReport? failure = null)
    {
        var next = Start;
        foreach (var happened in events)
        {
            for (; renderer.Period is { } period && next < happened.Time; next += period * 10)
            {
                renderer.Tick(next);
            }

            renderer.Handle(happened);
            renderer.Flush();
        }

        renderer.Finish(events[^1].Time, failure);
    }

    private static BuildPlanned Planned() => new(
        At(0),
        [
            new(new(1), "[internal] load metadata for docker.io/library/base:latest", null),
            new(new(2), "[build 1/2] FROM docker.io/library/base", new SourceSpan(0, 18)),
            new(new(3), "[build 2/2] RUN make", new SourceSpan(19, 27)),
            new(new(4), "[check 1/1] RUN <<EOF\ncheck\nEOF", new SourceSpan(28, 47)),
            new(new(5), "[stage-1 1/1] COPY --from=build /out /", new SourceSpan(48, 73)),
            new(new(6), "a step that nothing is heard of", null),
        ]);

    private static BuildWarning Warning() => new(
        At(0), Dockerfile, new Diagnostic(DiagnosticSeverity.Warning, "SB2014", new SourceSpan(19, 27), "something is odd here", "write it otherwise", "OddThing"));

    private static StepStarted Begin(double at, int step) => new(At(at), new(step));

    private static StepCompleted End(double at, int step, double seconds) => new(At(at), new(step), IsCached: false, TimeSpan.FromSeconds(seconds));

    private static StepCompleted Cached(double at, int step) => new(At(at), new(step), IsCached: true, TimeSpan.Zero);

    private static StepOutput Output(double at, int step, int stream, string text) => new(At(at), new(step), stream, Encoding.UTF8.GetBytes(text));
}
