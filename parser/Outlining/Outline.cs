using System.Collections.Immutable;

namespace SharpBuild.Parser.Outlining;

/// <summary>What a target can be given from outside: its build arguments, secrets and agents, as <c>--call=outline</c> lists them.</summary>
/// <param name="Name">The stage's name in lower case; empty when it has none.</param>
/// <param name="Description">What the comment above its FROM says about it; empty for nothing.</param>
/// <param name="Arguments">The ARGs that the target or a stage that it needs reads, in file order.</param>
/// <param name="Secrets">The secrets that its RUNs mount.</param>
/// <param name="Agents">The SSH agents that its RUNs mount.</param>
public sealed record Outline(
    string Name,
    string Description,
    ImmutableArray<OutlineArgument> Arguments,
    ImmutableArray<OutlineMount> Secrets,
    ImmutableArray<OutlineMount> Agents);

/// <summary>A build argument.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What the comment above its ARG says; empty for nothing.</param>
/// <param name="Value">Its value in this build: given, or the default; empty when it has none.</param>
/// <param name="Span">The ARG instruction.</param>
public sealed record OutlineArgument(string Name, string Description, string Value, SourceSpan Span);

/// <summary>A secret or an agent.</summary>
/// <param name="Name">Its id.</param>
/// <param name="IsRequired">Whether the build fails without it.</param>
/// <param name="Span">The RUN instruction that mounts it first.</param>
public sealed record OutlineMount(string Name, bool IsRequired, SourceSpan Span);
