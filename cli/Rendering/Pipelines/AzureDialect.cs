using SharpBuild.Builder;

namespace SharpBuild.Cli.Rendering.Pipelines;

/// <summary>Logging commands of Azure Pipelines.</summary>
/// <param name="lookup">Reads an environment variable.</param>
internal sealed class AzureDialect(Func<string, string?> lookup) : PipelineDialect
{
    /// <inheritdoc/>
    public override string? Workspace => lookup("BUILD_SOURCESDIRECTORY");

    /// <inheritdoc/>
    public override string BeginGroup(int number, string title, DateTimeOffset now) => $"##[group]{title}";

    /// <inheritdoc/>
    public override string EndGroup(int number, DateTimeOffset now) => "##[endgroup]";

    /// <inheritdoc/>
    public override string Annotate(bool isError, FailurePlace place, bool hasPlace)
    {
        var at = hasPlace ? $"sourcepath={Property(place.File)};linenumber={place.Start.Line};columnnumber={place.Start.Column};" : "";
        return $"##vso[task.logissue type={(isError ? "error" : "warning")};{at}code={Property(place.Code)}]{Data(place.Message)}";
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Publish(BuildResult result) =>
    [
        $"##vso[task.setvariable variable=imageid;isOutput=true]{result.ConfigDigest}",
        $"##vso[task.setvariable variable=digest;isOutput=true]{result.ManifestDigest}",
    ];

    private static string Data(string text) => text.Replace("%", "%AZP25").Replace("\r", "%0D").Replace("\n", "%0A");

    private static string Property(string text) => Data(text).Replace(";", "%3B").Replace("]", "%5D");
}
