using SharpBuild.Builder;

namespace SharpBuild.Cli.Rendering;

/// <summary>A failure as people read it: the last output of the step, the lines of the Dockerfile, what failed, and what would mend it.</summary>
internal static class FailureText
{
    /// <summary>Writes it; several errors of a Dockerfile one after the other.</summary>
    public static void Write(TextWriter output, FailureReport failure)
    {
        if (!failure.Parts.IsEmpty)
        {
            foreach (var part in failure.Parts)
            {
                Write(output, part);
            }

            return;
        }

        if (failure.OutputTail.Length > 0)
        {
            output.Write("------\n");
            output.Write($" > {DisplayText.Clean(failure.StepName ?? "step")}:\n");
            foreach (var line in failure.OutputTail)
            {
                output.Write(DisplayText.Clean(line));
                output.Write('\n');
            }

            output.Write("------\n");
        }

        if (failure.Excerpt is { Length: > 0 } excerpt)
        {
            output.Write(excerpt.TrimEnd('\n'));
            output.Write('\n');
        }

        // A name with a line end would look like a line of ours. What a bug of ours says has several lines.
        output.Write($"ERROR: {(failure.Code == FailureReport.InternalError ? failure.Message : DisplayText.Clean(failure.Message))} [{failure.Code}]\n");
        if (failure.Hint is { } hint)
        {
            output.Write($"       {DisplayText.Clean(hint)}\n");
        }
    }
}
