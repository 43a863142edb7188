using System.Collections.Immutable;
using SharpBuild.Parser;

namespace SharpBuild.Builder.Events;

/// <summary>Something that happened in a build: data, not text. Renderers read the stream; its JSON form is a documented contract.</summary>
/// <param name="Time">When it happened.</param>
public abstract record BuildEvent(DateTimeOffset Time);

/// <summary>Steps of the build are known. Always the first event; comes once more when the Dockerfile itself had to be fetched by steps.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Steps">The steps, in the order in which they are shown; at the end all that the target needs were named.</param>
public sealed record BuildPlanned(DateTimeOffset Time, ImmutableArray<StepLabel> Steps) : BuildEvent(Time);

/// <summary>A step begins to do work (not sent for a step that comes from the cache).</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Step">The step.</param>
public sealed record StepStarted(DateTimeOffset Time, StepId Step) : BuildEvent(Time);

/// <summary>A step waits for another sharpbuild process that is building the same thing.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Step">The step.</param>
public sealed record StepWaiting(DateTimeOffset Time, StepId Step) : BuildEvent(Time);

/// <summary>A piece of a step's output, as the process wrote it: not necessarily whole lines.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Step">The step.</param>
/// <param name="Stream">1 for standard output, 2 for standard error.</param>
/// <param name="Data">The bytes.</param>
public sealed record StepOutput(DateTimeOffset Time, StepId Step, int Stream, ReadOnlyMemory<byte> Data) : BuildEvent(Time);

/// <summary>How far a transfer or an export is.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Step">The step.</param>
/// <param name="Item">What is transferred, such as a short layer digest.</param>
/// <param name="Current">Bytes done.</param>
/// <param name="Total">Bytes in all, null when unknown.</param>
public sealed record StepProgress(DateTimeOffset Time, StepId Step, string Item, long Current, long? Total) : BuildEvent(Time);

/// <summary>A step is done.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Step">The step.</param>
/// <param name="IsCached">Whether its result came from the cache.</param>
/// <param name="Duration">How long it worked; zero when cached.</param>
public sealed record StepCompleted(DateTimeOffset Time, StepId Step, bool IsCached, TimeSpan Duration) : BuildEvent(Time);

/// <summary>A step failed; the build ends with it.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Step">The step.</param>
/// <param name="Message">What failed, in one sentence.</param>
/// <param name="Duration">How long it worked.</param>
public sealed record StepFailed(DateTimeOffset Time, StepId Step, string Message, TimeSpan Duration) : BuildEvent(Time);

/// <summary>A step was given up because another one failed or the user stopped the build.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Step">The step.</param>
public sealed record StepCanceled(DateTimeOffset Time, StepId Step) : BuildEvent(Time);

/// <summary>A finding that does not stop the build.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Source">The file that it is in, if it is about one.</param>
/// <param name="Finding">The finding.</param>
public sealed record BuildWarning(DateTimeOffset Time, SourceText? Source, Diagnostic Finding) : BuildEvent(Time);

/// <summary>The build is done. Always the last event of a build that succeeded.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Result">What it made.</param>
public sealed record BuildCompleted(DateTimeOffset Time, BuildResult Result) : BuildEvent(Time);
