using System.Collections.Immutable;
using SharpBuild.Runtime;

namespace SharpBuild.Builder.Execution;

/// <summary>The mounts of one step and what must be given back after it, in reverse order.</summary>
internal sealed class MountLeases : IDisposable
{
    private readonly Stack<IDisposable> owned = new();
    private readonly List<SandboxMount> mounts = [];
    private readonly List<string> variables = [];

    /// <summary>The mounts, in order.</summary>
    public ImmutableArray<SandboxMount> Mounts => [.. mounts];

    /// <summary>Variables that carry secrets, as <c>NAME=value</c>.</summary>
    public ImmutableArray<string> Environment => [.. variables];

    /// <summary>Adds a mount.</summary>
    public void Add(SandboxMount mount) => mounts.Add(mount);

    /// <summary>Adds a variable.</summary>
    public void AddVariable(string variable) => variables.Add(variable);

    /// <summary>Takes care of <paramref name="lease"/> until the step is over.</summary>
    public T Own<T>(T lease)
        where T : IDisposable
    {
        owned.Push(lease);
        return lease;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (owned.TryPop(out var lease))
        {
            lease.Dispose();
        }

    }
}
