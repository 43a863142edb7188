namespace SharpBuild.Cli.Rendering.Pipelines;

/// <summary>The commands that CI services read out of the lines of a log.</summary>
internal static class WorkflowCommands
{
    // Looked for anywhere in a line: GitHub's first commands and Azure's, TeamCity's, GitLab's sections.
    private static readonly (string Marker, string Broken)[] Markers =
    [
        ("##[", "# #["),
        ("##vso[", "# #vso["),
        ("##teamcity[", "# #teamcity["),
        ("section_start:", "section_start :"),
        ("section_end:", "section_end :"),
    ];

    /// <summary>Whether a CI service runs this.</summary>
    /// <param name="lookup">Reads an environment variable.</param>
    public static bool AreRead(Func<string, string?> lookup) =>
        PipelineDialect.Detect(lookup) is not null || lookup("CI") is { Length: > 0 } || lookup("TEAMCITY_VERSION") is { Length: > 0 };

    /// <summary>The clean line as no service takes it for a command: its markers are broken by a blank.</summary>
    public static string Defuse(string line)
    {
        // GitHub's runner looks for "::" behind blanks at the start.
        var start = line.Length - line.AsSpan().TrimStart().Length;
        if (line.AsSpan(start).StartsWith("::"))
        {
            line = line.Insert(start + 1, " ");
        }

        foreach (var (marker, broken) in Markers)
        {
            line = line.Replace(marker, broken, StringComparison.OrdinalIgnoreCase);
        }

        return line;
    }
}
