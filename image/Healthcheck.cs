using System.Collections.Immutable;

namespace SharpBuild.Image;

/// <summary>How a container's health is tested.</summary>
public sealed record Healthcheck
{
    /// <summary><c>NONE</c>, <c>CMD</c> + arguments or <c>CMD-SHELL</c> + a command; empty inherits.</summary>
    public ImmutableArray<string> Test { get; init; } = [];

    /// <summary>Time between tests, zero inherits.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>Time a test may take, zero inherits.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>Time to start in which failures do not count, zero inherits.</summary>
    public TimeSpan StartPeriod { get; init; }

    /// <summary>Time between tests while starting, zero inherits.</summary>
    public TimeSpan StartInterval { get; init; }

    /// <summary>How many failures in a row make it unhealthy, zero inherits.</summary>
    public int Retries { get; init; }
}
