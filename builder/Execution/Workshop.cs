using SharpBuild.Builder.Planning;
using SharpBuild.Builder.Sharing;
using SharpBuild.Parser;

namespace SharpBuild.Builder.Execution;

/// <summary>Everything that can do the steps of a graph.</summary>
internal sealed class Workshop : IDisposable
{
    private const int DefaultParallelism = 32;
    private readonly BuildTools tools;
    private readonly SharedCaches caches;
    private readonly SourceTrees trees;
    private readonly RunExecutor run;
    private readonly StepRunner runner;

    /// <summary>Sets it up.</summary>
    /// <param name="tools">What the build works with.</param>
    /// <param name="caches">The shared caches that are asked for what the store does not know.</param>
    /// <param name="files">Where the ignore file of the context is.</param>
    /// <param name="dockerfile">The file that the steps' spans are places of.</param>
    public Workshop(BuildTools tools, SharedCaches caches, DockerfileLocation files, SourceText dockerfile)
    {
        (this.tools, this.caches) = (tools, caches);
        var store = tools.Services.Store;
        trees = new SourceTrees(store, tools.Options, files, tools.Images);
        Keys = new StepKeys(trees, tools.Remote, store.Records, caches);
        var copier = new CopyExecutor(trees, new EarlierCopies(store, tools.Options));
        var mounts = new StepMounts(store, dockerfile, new StepCaches(store, copier, caches, tools.Options), tools.Agents, tools.Options);
        run = new RunExecutor(tools.Services.Runtime, tools.Options.Resources, dockerfile, mounts, tools.Services.OnFailedStep is not null, tools.Events);
        runner = new StepRunner(store, dockerfile, tools.Images, tools.Remote, Keys, run, copier, tools.Check, tools.Events);
    }

    /// <summary>What identifies the results of the steps.</summary>
    public StepKeys Keys { get; }

    /// <summary>The step that failed, when it was to be kept.</summary>
    public FailedStep? Failed => run.Failed;

    private int Parallelism => tools.Options.Parallelism > 0 ? tools.Options.Parallelism : Math.Max(DefaultParallelism, Environment.ProcessorCount);

    /// <summary>Prepares a graph; the caller disposes the result.</summary>
    /// <param name="graph">The steps.</param>
    /// <param name="firstNumber">The number that progress gives the first one.</param>
    public Scheduler Schedule(BuildGraph graph, int firstNumber) =>
        new(graph, firstNumber, tools.Services.Store, runner, Keys, caches, tools.Events, Parallelism);

    /// <inheritdoc/>
    public void Dispose()
    {
        run.Dispose();
        trees.Dispose();
    }
}
