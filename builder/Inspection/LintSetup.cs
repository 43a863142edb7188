using System.Collections.Immutable;
using SharpBuild.Builder.Planning;
using SharpBuild.Image;
using SharpBuild.Parser;
using SharpBuild.Parser.Ignoring;
using SharpBuild.Parser.Linting;

namespace SharpBuild.Builder.Inspection;

/// <summary>What the build checks are told of a build.</summary>
internal static class LintSetup
{
    private const string ChecksArgument = "BUILDKIT_DOCKERFILE_CHECK";

    /// <summary>Runs the checks, once for each platform: what an argument such as TARGETARCH leads to may differ. The same finding is told once.</summary>
    /// <param name="request">The file, the options and the images that are known.</param>
    /// <param name="ignoreFile">The ignore file of the main context.</param>
    /// <param name="isBuild">Whether a build follows.</param>
    /// <param name="isContextKnown">Whether the context is really the one of a build.</param>
    /// <returns>The findings in file order.</returns>
    public static ImmutableArray<Diagnostic> Check(PlanRequest request, IgnoreFile ignoreFile, bool isBuild, bool isContextKnown = true)
    {
        var findings = request.Options.Platforms.SelectMany(platform =>
            Linter.Check(request.Dockerfile, For(request with { Options = request.Options with { Platform = platform } }, ignoreFile, isContextKnown) with { IsBuild = isBuild }));
        return request.Options.Platforms.Length == 1 ? [.. findings] : [.. findings.Distinct().OrderBy(static finding => finding.Span.Start)];
    }

    /// <summary>Gathers it.</summary>
    /// <param name="request">The file, the options and the images that are known.</param>
    /// <param name="ignoreFile">The ignore file of the main context.</param>
    /// <param name="isContextKnown">Whether the context is really the one of a build.</param>
    /// <exception cref="BuildException"><c>BUILDKIT_DOCKERFILE_CHECK</c> cannot be read.</exception>
    public static LintOptions For(PlanRequest request, IgnoreFile ignoreFile, bool isContextKnown = true)
    {
        var options = request.Options;
        return new LintOptions
        {
            BuildArguments = options.BuildArguments,
            PlatformArguments = ReadPlatform(request),
            IgnoreFile = ignoreFile,
            Target = options.Target,
            BaseImage = (name, platform) => FindImage(request, name, platform),
            ContextContains = isContextKnown && Path.IsPathRooted(options.Context) ? path => Path.Exists(Path.Combine(options.Context, path)) : null,
            Checks = ReadChecks(options.BuildArguments.GetValueOrDefault(ChecksArgument)),
        };
    }

    private static ImmutableDictionary<string, string> ReadPlatform(PlanRequest request)
    {
        var arguments = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in StageResolver.PlatformArguments(request))
        {
            arguments[name] = request.Options.BuildArguments.GetValueOrDefault(name, value);
        }

        return arguments.ToImmutable();
    }

    private static CheckOptions? ReadChecks(string? text)
    {
        try
        {
            return text is null ? null : CheckOptions.Parse(text);
        }
        catch (FormatException wrong)
        {
            throw new BuildException(DiagnosticCodes.InvalidDirective, $"{ChecksArgument}: {wrong.Message}", wrong);
        }
    }

    private static BaseImageFacts? FindImage(PlanRequest request, string name, string? platformText)
    {
        try
        {
            var platform = platformText is null ? request.Options.Platform : Platform.Parse(platformText);
            return ImageReference.TryParse(name, out var reference) && request.Images.TryGetValue(new ImageKey(reference, platform), out var image)
                ? new(image.Config.Config.Env, Describe(image.Config), platform.ToString(), image.Config.Config.Shell is { Length: > 0 })
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string Describe(ImageConfig config) => new Platform(config.Os, config.Architecture, config.Variant).ToString();
}
