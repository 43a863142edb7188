using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using SharpBuild.Builder;
using SharpBuild.Builder.Events;
using SharpBuild.Cli.Listing;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Rendering;

/// <summary>One JSON object a line: the contract of <c>docs/progress-json.md</c>. New members may come, none goes without a new version.</summary>
/// <param name="output">Where to; owned by the caller.</param>
internal sealed class JsonRenderer(Stream output) : BuildRenderer
{
    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    private readonly ArrayBufferWriter<byte> buffer = new();

    // Relaxed: `<` and `ü` as they are; control characters are escaped all the same.
    private readonly Utf8JsonWriter json = new(new ArrayBufferWriter<byte>(), new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <inheritdoc/>
    public override void Handle(BuildEvent happened)
    {
        Begin(TypeOf(happened), happened.Time);
        switch (happened)
        {
            case BuildPlanned planned:
                WriteSteps(planned);
                break;
            case StepStarted started:
                WriteStep(started.Step);
                break;
            case StepWaiting waiting:
                WriteStep(waiting.Step);
                break;
            case StepOutput piece:
                WriteStep(piece.Step);
                json.WriteNumber("stream", piece.Stream);
                WriteData(piece.Data.Span);
                break;
            case StepProgress progress:
                WriteProgress(progress);
                break;
            case StepCompleted completed:
                WriteStep(completed.Step);
                json.WriteBoolean("cached", completed.IsCached);
                json.WriteNumber("seconds", completed.Duration.TotalSeconds);
                break;
            case StepFailed failed:
                WriteStep(failed.Step);
                json.WriteString("message", failed.Message);
                json.WriteNumber("seconds", failed.Duration.TotalSeconds);
                break;
            case StepCanceled canceled:
                WriteStep(canceled.Step);
                break;
            case BuildWarning warning:
                WriteWarning(warning);
                break;
            case BuildCompleted done:
                WriteResult(done.Result);
                break;
        }

        End();
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        output.Write(Encoding.UTF8.GetBytes(JsonLines.Escape(Encoding.UTF8.GetString(buffer.WrittenSpan))));
        output.Flush();
        buffer.ResetWrittenCount();
    }

    /// <inheritdoc/>
    public override void Finish(DateTimeOffset now, FailureReport? failure)
    {
        if (failure is not null)
        {
            Begin("failed", now);
            json.WriteString("code", failure.Code);
            json.WriteString("message", failure.Message);
            WriteOptional("excerpt", failure.Excerpt);
            WriteOptional("hint", failure.Hint);
            WriteOptional("step", failure.StepName);
            if (failure.ProcessExitCode is { } code)
            {
                json.WriteNumber("processExitCode", code);
            }

            json.WriteNumber("exitCode", failure.ExitCode);
            WriteErrors(failure.Places);
            End();
        }

        Flush();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        json.Dispose();
        base.Dispose();
    }

    private static string TypeOf(BuildEvent happened) => happened switch
    {
        BuildPlanned => "planned",
        StepStarted => "step-started",
        StepWaiting => "step-waiting",
        StepOutput => "step-output",
        StepProgress => "step-progress",
        StepCompleted => "step-completed",
        StepFailed => "step-failed",
        StepCanceled => "step-canceled",
        BuildWarning => "warning",
        BuildCompleted => "completed",
        _ => throw new System.Diagnostics.UnreachableException($"no name for {happened.GetType().Name}"),
    };

    private void Begin(string type, DateTimeOffset time)
    {
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteNumber("v", Version);
        json.WriteString("time", time.UtcDateTime);
        json.WriteString("type", type);
    }

    private void End()
    {
        json.WriteEndObject();
        json.Flush();
        buffer.Write("\n"u8);
    }

    private void WriteStep(StepId step) => json.WriteNumber("step", step.Number);

    private void WriteSteps(BuildPlanned planned)
    {
        json.WriteStartArray("steps");
        foreach (var label in planned.Steps)
        {
            json.WriteStartObject();
            json.WriteNumber("step", label.Id.Number);
            json.WriteString("name", label.Name);
            if (label.Span is { } span)
            {
                json.WriteNumber("start", span.Start);
                json.WriteNumber("end", span.End);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // A piece may end within a character, and a step may write what is no text at all.
    private void WriteData(ReadOnlySpan<byte> data)
    {
        if (Utf8.IsValid(data))
        {
            json.WriteString("text", data);
        }
        else
        {
            json.WriteBase64String("base64", data);
        }
    }

    private void WriteProgress(StepProgress progress)
    {
        WriteStep(progress.Step);
        json.WriteString("item", progress.Item);
        json.WriteNumber("current", progress.Current);
        if (progress.Total is { } total)
        {
            json.WriteNumber("total", total);
        }
    }

    private void WriteWarning(BuildWarning warning)
    {
        var finding = warning.Finding;
        json.WriteString("code", finding.Code);
        WriteOptional("rule", finding.Rule);
        json.WriteString("message", finding.Message);
        WriteOptional("hint", finding.Hint);
        if (warning.Source is { } source)
        {
            WritePlace(source.Path, source.GetPosition(finding.Span.Start), source.GetPosition(finding.Span.End));
        }
    }

    private void WriteErrors(System.Collections.Immutable.ImmutableArray<FailurePlace> errors)
    {
        if (errors.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("errors");
        foreach (var error in errors)
        {
            json.WriteStartObject();
            json.WriteString("code", error.Code);
            json.WriteString("message", error.Message);
            WriteOptional("hint", error.Hint);
            WritePlace(error.File, error.Start, error.End);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WritePlace(string file, TextPosition start, TextPosition end)
    {
        json.WriteString("file", file);
        json.WriteNumber("line", start.Line);
        json.WriteNumber("column", start.Column);
        json.WriteNumber("endLine", end.Line);
        json.WriteNumber("endColumn", end.Column);
    }

    private void WriteResult(BuildResult result)
    {
        json.WriteString("configDigest", result.ConfigDigest.ToString());
        json.WriteString("manifestDigest", result.ManifestDigest.ToString());
        if (result.IndexDigest is { } index)
        {
            json.WriteString("indexDigest", index.ToString());
        }

        WriteList("names", result.Names);
        WriteList("outputs", result.Outputs);
    }

    private void WriteList(string name, System.Collections.Immutable.ImmutableArray<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private void WriteOptional(string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
