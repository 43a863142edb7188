using SharpBuild.Builder.Events;
using SharpBuild.Cli.Inspecting;

namespace SharpBuild.Cli.Rendering;

/// <summary>The last words of a build that people read: its warnings, and what it made.</summary>
internal static class BuildSummary
{
    /// <summary>Writes them; nothing when there is nothing to say.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="build">The build.</param>
    /// <param name="showsDetails">Whether warnings are shown with their lines of the Dockerfile.</param>
    public static void Write(TextWriter output, BuildView build, bool showsDetails)
    {
        if (build.Warnings.Count > 0)
        {
            WriteWarnings(output, build, showsDetails);
        }

        if (build.Result is not { } result)
        {
            return;
        }

        var names = result.Names.IsEmpty ? "" : $" as {string.Join(", ", result.Names)}";
        output.Write($"\nBuilt {result.ConfigDigest}{names}\n");
        var id = result.ConfigDigest.ToString();
        foreach (var line in result.Outputs)
        {
            // An output that is the image itself has been told above.
            if (!line.Contains(id, StringComparison.Ordinal))
            {
                output.Write($"Wrote {line}\n");
            }
        }
    }

    private static void WriteWarnings(TextWriter output, BuildView build, bool showsDetails)
    {
        var hint = showsDetails ? "" : " (use --debug to expand)";
        output.Write($"\n {build.Warnings.Count} warning{(build.Warnings.Count == 1 ? "" : "s")} found{hint}:\n");
        foreach (var warning in build.Warnings)
        {
            if (showsDetails && warning.Source is { } source)
            {
                output.Write('\n');
                CheckText.WriteFinding(output, source, warning.Finding);
            }
            else
            {
                output.Write($" - {Describe(warning)}\n");
            }
        }
    }

    private static string Describe(BuildWarning warning)
    {
        var name = warning.Finding.Rule ?? warning.Finding.Code;
        var place = warning.Source is { } source ? $" ({source.Path}:{source.GetPosition(warning.Finding.Span.Start).Line})" : "";
        return $"{name}: {DisplayText.Clean(warning.Finding.Message)}{place}";
    }
}
