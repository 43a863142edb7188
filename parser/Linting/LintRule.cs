namespace SharpBuild.Parser.Linting;

/// <summary>A build check: what it is called, what it says, and the function that finds it.</summary>
/// <param name="Code">The stable code; <c>docs/errors</c> has its page.</param>
/// <param name="Name">The name, BuildKit's where it has this rule; what <c># check=skip=</c> takes.</param>
/// <param name="Summary">What it asks for, in one sentence.</param>
public sealed record LintRule(string Code, string Name, string Summary)
{
    /// <summary>BuildKit's page about it, for rules that it has.</summary>
    public string? Url { get; init; }

    /// <summary>Whether it runs only when asked for.</summary>
    public bool IsExperimental { get; init; }

    /// <summary>Finds what the rule is about.</summary>
    internal Action<LintContext> Check { get; init; } = static _ => { };

    /// <inheritdoc/>
    public override string ToString() => Name;
}
