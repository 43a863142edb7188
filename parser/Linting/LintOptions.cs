using System.Collections.Immutable;
using SharpBuild.Parser.Ignoring;

namespace SharpBuild.Parser.Linting;

/// <summary>What the checks may know besides the file.</summary>
public sealed record LintOptions
{
    /// <summary>The <c>--build-arg</c> values.</summary>
    public ImmutableDictionary<string, string> BuildArguments { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The values of <c>TARGETPLATFORM</c> and its kin.</summary>
    public ImmutableDictionary<string, string> PlatformArguments { get; init; } = DefaultPlatform;

    /// <summary>The ignore file of the context; null when there is none.</summary>
    public IgnoreFile? IgnoreFile { get; init; }

    /// <summary>The stage that is built: only what it needs is checked. Null is the last stage in a build, and every stage else.</summary>
    public string? Target { get; init; }

    /// <summary>Whether a build is going to happen, and what it does not need is not checked.</summary>
    public bool IsBuild { get; init; }

    /// <summary>What is known of a base image, by its expanded name and platform (null for the target's); null when it is not known.</summary>
    public Func<string, string?, BaseImageFacts?> BaseImage { get; init; } = static (_, _) => null;

    /// <summary>Whether the context holds something that a path or pattern names; null when the context is not known.</summary>
    public Func<string, bool>? ContextContains { get; init; }

    /// <summary>What <c>BUILDKIT_DOCKERFILE_CHECK</c> says; null leaves it to the file's directive.</summary>
    public CheckOptions? Checks { get; init; }

    private static ImmutableDictionary<string, string> DefaultPlatform { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["TARGETPLATFORM"] = "linux/amd64",
        ["TARGETOS"] = "linux",
        ["TARGETARCH"] = "amd64",
        ["TARGETVARIANT"] = "",
        ["TARGETOSVERSION"] = "",
        ["BUILDPLATFORM"] = "linux/amd64",
        ["BUILDOS"] = "linux",
        ["BUILDARCH"] = "amd64",
        ["BUILDVARIANT"] = "",
        ["BUILDOSVERSION"] = "",
        ["TARGETSTAGE"] = "default",
    }.ToImmutableDictionary(StringComparer.Ordinal);
}

/// <summary>What the checks ask of a base image.</summary>
/// <param name="Environment">Its ENV as <c>NAME=value</c>.</param>
/// <param name="Platform">Its platform as <c>os/arch[/variant]</c>; null when not known.</param>
/// <param name="WantedPlatform">The platform that it was asked for, in the same form.</param>
/// <param name="HasShell">Whether its config sets SHELL.</param>
public sealed record BaseImageFacts(ImmutableArray<string> Environment, string? Platform, string WantedPlatform, bool HasShell);
