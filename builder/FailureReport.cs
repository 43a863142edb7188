using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Parser;
using SharpBuild.Parser.Sources;
using SharpBuild.Runtime;

namespace SharpBuild.Builder;

/// <summary>A failure in the form that people and tools are told: the one translation of exceptions, shared by all front ends.</summary>
/// <param name="Code">The stable code, with a page in <c>docs/errors</c>.</param>
/// <param name="Message">What failed on what, in one sentence (several errors of a Dockerfile: a line each).</param>
/// <param name="ExitCode">The exit code for a command line tool: 1, 125 when an option makes no sense, or 130 when cancelled.</param>
public sealed record FailureReport(string Code, string Message, int ExitCode = 1)
{
    /// <summary>The code of a bug of ours.</summary>
    public const string InternalError = "SB9001";

    /// <summary>The code of a failure of the file system or the network that no part of the product has a better word for.</summary>
    public const string HostError = "SB9002";

    /// <summary>The code of a build that was stopped.</summary>
    public const string Canceled = "SB9003";

    /// <summary>The lines of the Dockerfile that it is about, with the failing ones marked; null when it is about none.</summary>
    public string? Excerpt { get; init; }

    /// <summary>What would mend it, as an imperative.</summary>
    public string? Hint { get; init; }

    /// <summary>The step as people see it, when one failed.</summary>
    public string? StepName { get; init; }

    /// <summary>The exit code of the step's process, when that is what failed.</summary>
    public int? ProcessExitCode { get; init; }

    /// <summary>The last lines that the step wrote.</summary>
    public ImmutableArray<string> OutputTail { get; init; } = [];

    /// <summary>Each error with its place in the Dockerfile; empty when the failure is about none.</summary>
    public ImmutableArray<FailurePlace> Places { get; init; } = [];

    /// <summary>Where a Dockerfile has several errors: each of them by itself, in file order. Empty else.</summary>
    public ImmutableArray<FailureReport> Parts { get; init; } = [];

    /// <summary>Says what <paramref name="failure"/> means for the user.</summary>
    public static FailureReport From(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return WithoutLogins(Translate(failure));
    }

    // The lines of a Dockerfile, the words of an option, what a program of the host said: whatever they quote goes to logs that others read.
    private static FailureReport WithoutLogins(FailureReport report) => report with
    {
        Message = UrlLogin.Hide(report.Message),
        Excerpt = report.Excerpt is null ? null : UrlLogin.Hide(report.Excerpt),
        Hint = report.Hint is null ? null : UrlLogin.Hide(report.Hint),
        StepName = report.StepName is null ? null : UrlLogin.Hide(report.StepName),
        Places = [.. report.Places.Select(static place => place with { Message = UrlLogin.Hide(place.Message) })],
        Parts = [.. report.Parts.Select(WithoutLogins)],
    };

    private static FailureReport Translate(Exception failure)
    {
        return failure switch
        {
            DockerfileException wrong => FromDockerfile(wrong),
            BuildException failed => FromBuild(failed),
            ImageException image => new(image.Code, image.Message) { Hint = image.Hint },
            CacheException cache => new(cache.Code, cache.Message) { Hint = cache.Hint },
            SandboxException host => new(host.Code, host.Message) { Hint = host.Hint },
            OperationCanceledException => new(Canceled, "the build was stopped", ExitCode: 130),
            IOException or UnauthorizedAccessException => new(HostError, failure.Message),
            _ => new(InternalError, $"sharpbuild has a bug: {failure}") { Hint = "report it with the command and the text above" },
        };
    }

    private static FailureReport FromDockerfile(DockerfileException wrong)
    {
        ImmutableArray<FailureReport> parts = [.. wrong.Errors.Select(error => FromDiagnostic(wrong.Source, error))];
        return parts is [var only] ? only : new(parts[0].Code, string.Join('\n', parts.Select(static p => p.Message)))
        {
            Excerpt = string.Join("", parts.Select(static p => p.Excerpt)),
            Hint = parts[0].Hint,
            Parts = parts,
            Places = [.. parts.SelectMany(static p => p.Places)],
        };
    }

    private static FailureReport FromDiagnostic(SourceText source, Diagnostic error) =>
        new(error.Code, Place(source, error))
        {
            Excerpt = SourceExcerpt.Render(source, error.Span),
            Hint = error.Hint,
            Places = [FailurePlace.Of(source, error)],
        };

    private static string Place(SourceText source, Diagnostic error)
    {
        var position = source.GetPosition(error.Span.Start);
        return $"{source.Path}:{position.Line}:{position.Column}: {error.Message}";
    }

    // The codes of options say that the command line is wrong, which has an exit code of its own, as with docker.
    private static FailureReport FromBuild(BuildException failed) => new(failed.Code, failed.Message, failed.Code.StartsWith("SB01", StringComparison.Ordinal) ? 125 : 1)
    {
        Excerpt = failed is { File: { } file, Span: { } span } ? SourceExcerpt.Render(file, span) : null,
        Hint = failed.Hint,
        StepName = failed.StepName,
        ProcessExitCode = failed.ExitCode,
        OutputTail = [.. failed.OutputTail],
        Places = failed is { File: { } source, Span: { } place } ? [FailurePlace.At(source, place, failed.Code, failed.Message, failed.Hint)] : [],
    };
}
