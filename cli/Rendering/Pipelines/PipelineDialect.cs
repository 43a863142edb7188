using SharpBuild.Builder;

namespace SharpBuild.Cli.Rendering.Pipelines;

/// <summary>How a CI service wants to be told things in a log: lines that fold, lines that become annotations, values for later steps.</summary>
internal abstract class PipelineDialect
{
    /// <summary>Finds out which service runs this.</summary>
    /// <param name="lookup">Reads an environment variable.</param>
    /// <returns>Null when none does whose dialect is known.</returns>
    public static PipelineDialect? Detect(Func<string, string?> lookup) =>
        IsTrue(lookup("GITHUB_ACTIONS")) ? new GitHubDialect(lookup)
        : IsTrue(lookup("TF_BUILD")) ? new AzureDialect(lookup)
        : IsTrue(lookup("GITLAB_CI")) ? new GitLabDialect(lookup)
        : null;

    /// <summary>The directory that the paths of annotations start from; null when the service does not say.</summary>
    public abstract string? Workspace { get; }

    /// <summary>The line that begins a group.</summary>
    public abstract string BeginGroup(int number, string title, DateTimeOffset now);

    /// <summary>The line that ends it.</summary>
    public abstract string EndGroup(int number, DateTimeOffset now);

    /// <summary>The line that makes an error or a warning an annotation; null when the service has none.</summary>
    /// <param name="isError">Else a warning.</param>
    /// <param name="place">What it says; without a place, only its code and message count.</param>
    /// <param name="hasPlace">Whether it has a place.</param>
    public abstract string? Annotate(bool isError, FailurePlace place, bool hasPlace);

    /// <summary>The lines that hand a value to later steps of the pipeline.</summary>
    public virtual IEnumerable<string> Publish(BuildResult result) => [];

    /// <summary>Leaves a report in Markdown where the service shows it; does nothing when it has no such place.</summary>
    public virtual void Summarise(string markdown)
    {
    }

    private static bool IsTrue(string? value) => string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);
}
