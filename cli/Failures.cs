using SharpBuild.Builder;
using SharpBuild.Engine;

namespace SharpBuild.Cli;

/// <summary>The builder's translation of exceptions, with the engine's added, which the builder does not know.</summary>
internal static class Failures
{
    /// <summary>Says what <paramref name="failure"/> means for the user.</summary>
    public static FailureReport Report(Exception failure) =>
        failure is EngineException container ? new(container.Code, container.Message) { Hint = container.Hint } : FailureReport.From(failure);
}
