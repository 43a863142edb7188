using SharpBuild.Builder;

namespace SharpBuild.Cli.Rendering.Pipelines;

/// <summary>Workflow commands of GitHub Actions, its step outputs and its summary page.</summary>
/// <param name="lookup">Reads an environment variable.</param>
internal sealed class GitHubDialect(Func<string, string?> lookup) : PipelineDialect
{
    /// <inheritdoc/>
    public override string? Workspace => lookup("GITHUB_WORKSPACE");

    /// <inheritdoc/>
    public override string BeginGroup(int number, string title, DateTimeOffset now) => $"::group::{Data(title)}";

    /// <inheritdoc/>
    public override string EndGroup(int number, DateTimeOffset now) => "::endgroup::";

    /// <inheritdoc/>
    public override string Annotate(bool isError, FailurePlace place, bool hasPlace)
    {
        var at = hasPlace
            ? $"file={Property(place.File)},line={place.Start.Line},endLine={place.End.Line},{Columns(place)}"
            : "";
        return $"::{(isError ? "error" : "warning")} {at}title={Property(place.Code)}::{Data(place.Message)}";
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Publish(BuildResult result)
    {
        // Under the names of docker/build-push-action, so that the steps behind it need no change.
        Append("GITHUB_OUTPUT", $"imageid={result.ConfigDigest}\ndigest={result.ManifestDigest}\n");
        return [];
    }

    /// <inheritdoc/>
    public override void Summarise(string markdown) => Append("GITHUB_STEP_SUMMARY", markdown);

    // A column without its line's end is refused.
    private static string Columns(FailurePlace place) =>
        place.Start.Line == place.End.Line ? $"col={place.Start.Column},endColumn={place.End.Column}," : "";

    private static string Data(string text) => text.Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A");

    private static string Property(string text) => Data(text).Replace(":", "%3A").Replace(",", "%2C");

    private void Append(string variable, string text)
    {
        if (lookup(variable) is { Length: > 0 } file)
        {
            File.AppendAllText(file, text);
        }
    }
}
