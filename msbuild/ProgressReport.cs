using System.Text.Json;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace SharpBuild.MSBuild;

/// <summary>Reads the lines of <c>--progress rawjson</c> (docs/progress-json.md) and tells MSBuild: findings and failures at their lines, the rest as messages.</summary>
/// <param name="log">MSBuild's log.</param>
/// <param name="dockerfile">The Dockerfile of the image.</param>
internal sealed class ProgressReport(TaskLoggingHelper log, string dockerfile)
{
    private const int LongestTail = 20;

    private readonly Dictionary<int, StepLog> steps = [];
    private readonly List<string> otherLines = [];
    private TaskItem? result;
    private StepLog? failedStep;
    private bool hasFailed;
    private bool hasWorked;

    /// <summary>Takes one line.</summary>
    public void Read(string line)
    {
        if (!line.StartsWith('{'))
        {
            // A wrong option is told before there is any event.
            otherLines.Add(line);
            return;
        }

        using var json = JsonDocument.Parse(line);
        Handle(json.RootElement);
    }

    /// <summary>Says how it ended.</summary>
    /// <returns>The image; null when there is none.</returns>
    public TaskItem? Finish(int exitCode)
    {
        if (exitCode != 0 && !hasFailed)
        {
            var text = otherLines.Count > 0 ? string.Join('\n', otherLines) : $"sharpbuild ended with exit code {exitCode} and no word about it.";
            Error("SB0201", text, null, null);
        }
        else
        {
            otherLines.ForEach(line => Message(MessageImportance.Normal, line));
        }

        return exitCode == 0 ? result : null;
    }

    private void Handle(JsonElement happened)
    {
        switch (Text(happened, "type"))
        {
            case "planned":
                foreach (var step in happened.GetProperty("steps").EnumerateArray())
                {
                    steps[Number(step, "step")] = new StepLog(Number(step, "step"), Text(step, "name")!);
                }

                break;
            case "step-started":
                Message(MessageImportance.Low, StepOf(happened).Title);
                break;
            case "step-waiting":
                Message(MessageImportance.Normal, $"{StepOf(happened).Title}: waiting for another sharpbuild process that builds the same");
                break;
            case "step-output":
                ReadOutput(happened);
                break;
            case "step-completed":
                Complete(happened);
                break;
            case "step-failed":
                failedStep = StepOf(happened);
                LogLines(failedStep.TakeRest());
                break;
            case "step-canceled":
                LogLines(StepOf(happened).TakeRest());
                break;
            case "warning":
                Warn(happened);
                break;
            case "completed":
                Succeed(happened);
                break;
            case "failed":
                Fail(happened);
                break;
        }
    }

    private void ReadOutput(JsonElement happened)
    {
        var bytes = happened.TryGetProperty("base64", out var data) ? data.GetBytesFromBase64() : System.Text.Encoding.UTF8.GetBytes(Text(happened, "text")!);
        LogLines(StepOf(happened).Add(Number(happened, "stream"), bytes));
    }

    private void LogLines(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Message(MessageImportance.Low, line);
        }
    }

    private void Complete(JsonElement happened)
    {
        var step = StepOf(happened);
        LogLines(step.TakeRest());
        var isCached = happened.GetProperty("cached").GetBoolean();
        hasWorked |= !isCached && step.IsInstruction;
        Message(MessageImportance.Normal, isCached ? $"{step.Title}: cached" : $"{step.Title}: {happened.GetProperty("seconds").GetDouble():F1} s");
    }

    private void Warn(JsonElement finding) =>
        log.LogWarning(
            null, Text(finding, "code"), Text(finding, "rule"), null, FileOf(finding),
            Number(finding, "line"), Number(finding, "column"), Number(finding, "endLine"), Number(finding, "endColumn"),
            LogText.Clean(WithHint(Text(finding, "message")!, Text(finding, "hint"))));

    private void Fail(JsonElement failure)
    {
        hasFailed = true;
        if (failure.GetProperty("exitCode").GetInt32() == 130)
        {
            return; // Stopped: the task says so.
        }

        if (!failure.TryGetProperty("errors", out var errors))
        {
            Error(Text(failure, "code")!, WithHint(Text(failure, "message")!, Text(failure, "hint")), null, failedStep);
            return;
        }

        foreach (var error in errors.EnumerateArray())
        {
            Error(Text(error, "code")!, WithHint(Text(error, "message")!, Text(error, "hint")), error, failedStep);
        }
    }

    private void Error(string code, string message, JsonElement? place, StepLog? step)
    {
        var tail = step is { Tail.Count: > 0 } ? $"\n{string.Join('\n', step.Tail.TakeLast(LongestTail))}" : "";
        log.LogError(
            null, code, null, null, FileOf(place),
            Number(place, "line"), Number(place, "column"), Number(place, "endLine"), Number(place, "endColumn"), LogText.Clean(message + tail));
    }

    private void Succeed(JsonElement done)
    {
        var id = Text(done, "configDigest")!;
        var names = string.Join(';', done.GetProperty("names").EnumerateArray().Select(name => name.GetString()));
        result = new TaskItem(names.Length > 0 ? names.Split(';')[0] : id);
        result.SetMetadata("Dockerfile", dockerfile);
        result.SetMetadata("ImageId", id);
        result.SetMetadata("Digest", Text(done, "manifestDigest"));
        result.SetMetadata("Names", names);
        var state = hasWorked ? "" : " is up to date";
        Message(MessageImportance.High, $"{Path.GetFileName(dockerfile)} -> {(names.Length > 0 ? names.Replace(";", ", ") : "image")} ({id[..19]}){state}");
    }

    private StepLog StepOf(JsonElement happened)
    {
        var number = Number(happened, "step");
        return steps.TryGetValue(number, out var step) ? step : steps[number] = new StepLog(number, "step");
    }

    // Never parsed for errors, as Exec does with what a tool prints: what a step writes cannot pose as a failure.
    private void Message(MessageImportance importance, string text) => log.LogMessage(importance, LogText.Clean(text));

    private static string WithHint(string message, string? hint) => hint is null ? message : $"{message} ({hint})";

    // sharpbuild shortens paths to what people typed; an editor wants the whole one.
    private string FileOf(JsonElement? place) =>
        place is { } at && Text(at, "file") is { } file && Path.GetFileName(file) != Path.GetFileName(dockerfile)
            ? Path.GetFullPath(file, Path.GetDirectoryName(dockerfile)!)
            : dockerfile;

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static int Number(JsonElement? json, string name) => json is { } found && found.TryGetProperty(name, out var value) ? value.GetInt32() : 0;
}
