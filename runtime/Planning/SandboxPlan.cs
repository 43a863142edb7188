using System.Collections.Immutable;
using System.Text;
using SharpBuild.Linux.Programs;

namespace SharpBuild.Runtime.Planning;

/// <summary>How a sandbox is set up, step by step, before anything was done.</summary>
/// <param name="Namespaces">The namespaces of its own.</param>
/// <param name="Steps">What happens in the new process, in order.</param>
public sealed record SandboxPlan(CloneFlags Namespaces, ImmutableArray<SetupOp> Steps)
{
    /// <summary>One line a step, for reviews and snapshots.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().Append(Namespaces).Append('\n');
        foreach (var step in Steps)
        {
            text.Append(step).Append('\n');
        }

        return text.ToString();
    }
}
