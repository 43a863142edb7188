using SharpBuild.Builder;
using SharpBuild.Builder.Events;

namespace SharpBuild.Cli.Rendering;

/// <summary>Says nothing but why a build failed.</summary>
/// <param name="output">Where to.</param>
internal sealed class QuietRenderer(TextWriter output) : BuildRenderer
{
    /// <inheritdoc/>
    public override void Handle(BuildEvent happened)
    {
    }

    /// <inheritdoc/>
    public override void Finish(DateTimeOffset now, FailureReport? failure)
    {
        if (failure is not null)
        {
            FailureText.Write(output, failure);
            output.Flush();
        }
    }
}
