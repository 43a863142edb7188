using System.Text;
using SharpBuild.Builder;
using SharpBuild.Builder.Events;

namespace SharpBuild.Cli.Rendering.Pipelines;

/// <summary>Plain lines for a CI service: a group for each step, an annotation for each finding and failure, a summary at the end.</summary>
internal sealed class PipelineRenderer : BuildRenderer
{
    private readonly PipelineDialect dialect;
    private readonly string? dockerfile;
#pragma warning disable CA2213 // A view of the output, which is the caller's.
    private readonly SafeWriter log;
#pragma warning restore CA2213
    private readonly PlainRenderer lines;
    private readonly List<BuildWarning> warnings = [];
    private BuildResult? result;
    private int? group;
    private int cached;
    private int done;

    /// <summary>Renders for a service.</summary>
    /// <param name="output">The log.</param>
    /// <param name="dialect">The service's.</param>
    /// <param name="dockerfile">The whole path of the Dockerfile, for annotations; null when there is no file.</param>
    /// <param name="showsDetails">Whether warnings are shown with their lines of the Dockerfile.</param>
    public PipelineRenderer(SafeWriter output, PipelineDialect dialect, string? dockerfile, bool showsDetails)
    {
        (this.dialect, this.dockerfile) = (dialect, dockerfile);
        log = output.ForPipeline();
        lines = new PlainRenderer(log, showsDetails, BeginGroup);
    }

    /// <inheritdoc/>
    public override void Handle(BuildEvent happened)
    {
        switch (happened)
        {
            case StepCompleted completed:
                done++;
                cached += completed.IsCached ? 1 : 0;
                break;
            case BuildWarning warning:
                warnings.Add(warning);
                break;
            case BuildCompleted completed:
                result = completed.Result;
                break;
        }

        lines.Handle(happened);
    }

    /// <inheritdoc/>
    public override void Flush() => lines.Flush();

    /// <inheritdoc/>
    public override void Finish(DateTimeOffset now, FailureReport? failure)
    {
        lines.FinishSteps(now);
        EndGroup(now);
        lines.Finish(now, failure);
        foreach (var warning in warnings)
        {
            Annotate(isError: false, PlaceOf(warning), warning.Source is not null);
        }

        if (failure is not null)
        {
            AnnotateFailure(failure);
        }
        else if (result is not null)
        {
            foreach (var command in dialect.Publish(result))
            {
                log.WriteCommand(command);
            }
        }

        dialect.Summarise(Summary(failure));
        log.Flush();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        lines.Dispose();
        base.Dispose();
    }

    private static FailurePlace PlaceOf(BuildWarning warning)
    {
        var finding = warning.Finding;
        var message = finding.Rule is { } rule ? $"{rule}: {finding.Message}" : finding.Message;
        return warning.Source is { } source
            ? new(finding.Code, message, finding.Hint, source.Path, source.GetPosition(finding.Span.Start), source.GetPosition(finding.Span.End))
            : new(finding.Code, message, finding.Hint, "", default, default);
    }

    private void BeginGroup(StepView step, string title, DateTimeOffset now)
    {
        EndGroup(now);
        group = step.Label.Id.Number;
        log.WriteCommand(dialect.BeginGroup(step.Label.Id.Number, Harmless($"#{step.Label.Id.Number} {title}"), now));
    }

    private void EndGroup(DateTimeOffset now)
    {
        if (group is { } number)
        {
            log.WriteCommand(dialect.EndGroup(number, now));
            group = null;
        }
    }

    private void AnnotateFailure(FailureReport failure)
    {
        if (failure.Places.IsEmpty)
        {
            Annotate(isError: true, new FailurePlace(failure.Code, failure.Message, failure.Hint, "", default, default), hasPlace: false);
        }

        foreach (var place in failure.Places)
        {
            Annotate(isError: true, place, hasPlace: true);
        }
    }

    private void Annotate(bool isError, FailurePlace place, bool hasPlace)
    {
        var message = Harmless(place.Hint is { } hint ? $"{place.Message} ({hint})" : place.Message);
        if (dialect.Annotate(isError, place with { Message = message, File = FileOf(place.File) }, hasPlace) is { } command)
        {
            log.WriteCommand(command);
        }
    }

    // Annotations want the path within the repository, wherever the build was started.
    private string FileOf(string shown)
    {
        if (dockerfile is null || Path.GetFileName(shown) != Path.GetFileName(dockerfile))
        {
            return shown;
        }

        return dialect.Workspace is { Length: > 0 } workspace && Path.GetRelativePath(workspace, dockerfile) is var path && !path.StartsWith("..", StringComparison.Ordinal)
            ? path
            : dockerfile;
    }

    private string Summary(FailureReport? failure)
    {
        var text = new StringBuilder("### sharpbuild\n\n");
        if (failure is not null)
        {
            text.Append($"**Failed** with {failure.Code}:\n\n```\n{Fenced(failure.Excerpt + failure.Message)}\n```\n");
        }
        else if (result is not null)
        {
            text.Append("| | |\n|---|---|\n");
            text.Append($"| Image | {string.Join("<br>", result.Names.Select(name => $"`{name}`"))} |\n");
            text.Append($"| Id | `{result.ConfigDigest}` |\n| Digest | `{result.ManifestDigest}` |\n| Steps | {done}, {cached} of them cached |\n");
        }

        foreach (var warning in warnings)
        {
            var place = PlaceOf(warning);
            text.Append($"\n- `{FileOf(place.File)}:{place.Start.Line}` {place.Message.Replace("\n", " ").Replace("<", "&lt;")}");
        }

        return text.Append('\n').ToString();
    }

    private static string Harmless(string text) => WorkflowCommands.Defuse(DisplayText.Clean(text));

    private static string Fenced(string text) => text.Replace("```", "` ` `").TrimEnd('\n');
}
