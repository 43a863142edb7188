using SharpBuild.Builder;

namespace SharpBuild.Cli.Rendering.Pipelines;

/// <summary>The collapsible sections of GitLab's job logs. It has no annotations: there the plain text of an error has to do.</summary>
/// <param name="lookup">Reads an environment variable.</param>
internal sealed class GitLabDialect(Func<string, string?> lookup) : PipelineDialect
{
    /// <inheritdoc/>
    public override string? Workspace => lookup("CI_PROJECT_DIR");

    /// <inheritdoc/>
    public override string BeginGroup(int number, string title, DateTimeOffset now) =>
        $"\e[0Ksection_start:{now.ToUnixTimeSeconds()}:{Name(number)}\r\e[0K{title}";

    /// <inheritdoc/>
    public override string EndGroup(int number, DateTimeOffset now) => $"\e[0Ksection_end:{now.ToUnixTimeSeconds()}:{Name(number)}\r\e[0K";

    /// <inheritdoc/>
    public override string? Annotate(bool isError, FailurePlace place, bool hasPlace) => null;

    private static string Name(int number) => $"sharpbuild_step_{number}";
}
