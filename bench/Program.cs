using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using SharpBuild.Bench;

var runs = new Option<int>("--runs", "-n") { Description = "How often each is timed.", DefaultValueFactory = _ => 5 };
var only = new Option<string[]>("--workload", "-w") { Description = "Only these workloads.", AllowMultipleArgumentsPerToken = true };
var builds = new Command("builds", "Whole builds: cold, unchanged and after one change, tools in turn, medians and ratios.") { runs, only };
builds.SetAction(result => BuildComparison.Run(result.GetValue(runs), result.GetValue(only) ?? []));
var startRuns = new Option<int>("--runs", "-n") { Description = "How often each is timed.", DefaultValueFactory = _ => 21 };
var starts = new Command("starts", "One container that does nothing: as a command, and as a RUN.") { startRuns };
starts.SetAction(result => StartComparison.Run(result.GetValue(startRuns)));
var micro = new Command("micro", "The parts that are measured in microseconds: time and memory of each.");
micro.SetAction(static _ =>
{
    // In this process: a project of its own per benchmark would have to be restored and built first.
    // Enough rounds to warm up that the JIT has replaced its first, slow code.
    var job = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(20).WithIterationCount(8);
    BenchmarkRunner.Run<LanguageBenchmarks>(DefaultConfig.Instance.AddJob(job).WithArtifactsPath(Path.Combine(Path.GetTempPath(), "sharpbuild-bench")));
});
return new RootCommand("Measures sharpbuild. Peers are found on the PATH and in the chroot that PEERS names.") { builds, starts, micro }
    .Parse(args).Invoke();
