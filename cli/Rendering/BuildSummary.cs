using SharpBuild.Builder.Events;

namespace SharpBuild.Cli.Rendering;

/// <summary>The last words of a build that people read: its warnings, and what it made.</summary>
internal static class BuildSummary
{
    /// <summary>Writes them; nothing when there is nothing to say.</summary>
    public static void Write(TextWriter output, BuildView build)
    {
        if (build.Warnings.Count > 0)
        {
            output.Write($"\n {build.Warnings.Count} warning{(build.Warnings.Count == 1 ? "" : "s")} found:\n");
            foreach (var warning in build.Warnings)
            {
                output.Write($" - {Describe(warning)}\n");
            }
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

    private static string Describe(BuildWarning warning)
    {
        var name = warning.Finding.Rule ?? warning.Finding.Code;
        var place = warning.Source is { } source ? $" ({source.Path}:{source.GetPosition(warning.Finding.Span.Start).Line})" : "";
        return $"{name}: {DisplayText.Clean(warning.Finding.Message)}{place}";
    }
}
