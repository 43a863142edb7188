using System.Text.RegularExpressions;

namespace SharpBuild.MSBuild;

/// <summary>The named context that stands for a project's publish output: <c>COPY --from=publish . /app</c>.</summary>
internal static partial class PublishContext
{
    /// <summary>Its name.</summary>
    public const string Name = "publish";

    /// <summary>Whether a Dockerfile copies or mounts from it. A stage of that name is the Dockerfile's own, as in Visual Studio's templates.</summary>
    public static bool IsUsedBy(string dockerfile) => Use().IsMatch(dockerfile) && !Stage().IsMatch(dockerfile);

    [GeneratedRegex(@"^\s*[^#\s].*\bfrom=publish(?=[\s,]|$)", RegexOptions.Multiline | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Use();

    [GeneratedRegex(@"^\s*FROM\s.*\sAS\s+publish\s*$", RegexOptions.Multiline | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Stage();
}
