using SharpBuild.Builder;
using SharpBuild.Builder.Events;

namespace SharpBuild.Cli.Rendering;

/// <summary>Shows a build while it runs. Not thread-safe: one loop calls it.</summary>
internal abstract class BuildRenderer : IDisposable
{
    /// <summary>How often <see cref="Tick"/> wants to be called; null for never.</summary>
    public virtual TimeSpan? Period => null;

    /// <summary>Takes one event; what it prints may wait for <see cref="Flush"/>.</summary>
    public abstract void Handle(BuildEvent happened);

    /// <summary>Called when no event is waiting for the moment.</summary>
    public virtual void Flush()
    {
    }

    /// <summary>Called once a <see cref="Period"/>.</summary>
    public virtual void Tick(DateTimeOffset now)
    {
    }

    /// <summary>Called once, after the last event.</summary>
    /// <param name="now">The time.</param>
    /// <param name="failure">Why the build failed; null when it did not.</param>
    public abstract void Finish(DateTimeOffset now, FailureReport? failure);

    /// <summary>Lets go of buffers; never of the place it writes to.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
