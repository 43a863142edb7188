using SharpBuild.Builder.Planning;

namespace SharpBuild.Builder;

/// <summary>A build context whose Dockerfile can be read.</summary>
/// <param name="Files">Where the Dockerfile is.</param>
/// <param name="Add">Adds the step whose files it is to a graph; null for a directory of this machine.</param>
internal sealed record LoadedContext(DockerfileLocation Files, Func<BuildGraph.Builder, Step>? Add)
{
    /// <summary>The step that brought it here; null for a directory of this machine.</summary>
    public RemoteStep? Source { get; init; }

    /// <summary>When the commit was made that a git context is, in seconds since 1970; null for other contexts, and where nobody needs it.</summary>
    public long? CommitTime { get; init; }
}
