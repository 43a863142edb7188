using SharpBuild.Parser;

namespace SharpBuild.Builder.Events;

/// <summary>What people see of a step; no part of its digest.</summary>
/// <param name="Id">The step.</param>
/// <param name="Name">As BuildKit shows it: <c>[build 2/5] RUN make</c>, <c>[internal] load build context</c>.</param>
/// <param name="Span">The instruction in the Dockerfile, if the step has one.</param>
public sealed record StepLabel(StepId Id, string Name, SourceSpan? Span);
