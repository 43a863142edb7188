using System.Text.RegularExpressions;

namespace SharpBuild.MSBuild;

/// <summary>The named context that stands for a project's publish output: <c>COPY --from=publish . /app</c>.</summary>
internal static class PublishContext
{
    // Not generated at compile time: the generator names its types after the directory, and packages are to be the same from any.
    private static readonly Regex Use = Make(@"^\s*[^#\s].*\bfrom=publish(?=[\s,]|$)");
    private static readonly Regex Stage = Make(@"^\s*FROM\s.*\sAS\s+publish\s*$");

    /// <summary>Its name.</summary>
    public const string Name = "publish";

    /// <summary>Whether a Dockerfile copies or mounts from it. A stage of that name is the Dockerfile's own, as in Visual Studio's templates.</summary>
    public static bool IsUsedBy(string dockerfile) => Use.IsMatch(dockerfile) && !Stage.IsMatch(dockerfile);

    private static Regex Make(string pattern) => new(pattern, RegexOptions.Multiline | RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));
}
