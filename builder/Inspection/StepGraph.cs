using System.Collections.Immutable;
using SharpBuild.Parser;

namespace SharpBuild.Builder.Inspection;

/// <summary>The steps of a build, none of which has run: each after those that it reads.</summary>
/// <param name="Source">The Dockerfile.</param>
/// <param name="Steps">The steps.</param>
/// <param name="Target">The digest of the step whose result is the image's file system.</param>
public sealed record StepGraph(SourceText Source, ImmutableArray<GraphStep> Steps, string Target);

/// <summary>A step of a graph.</summary>
/// <param name="Digest">What it is known by: a digest of the operation and of its inputs' digests.</param>
/// <param name="Kind">The operation with the version of its rules, such as <c>run/1</c>.</param>
/// <param name="Name">As progress shows it; for steps that progress does not show, what they are.</param>
/// <param name="Inputs">The digests of the steps that it reads, the one that it builds on first.</param>
/// <param name="Span">The instruction that asked for it first, if one did.</param>
public sealed record GraphStep(string Digest, string Kind, string Name, ImmutableArray<string> Inputs, SourceSpan? Span);
