using System.CommandLine;
using SharpBuild.Bench;

var runs = new Option<int>("--runs", "-n") { Description = "How often each is timed.", DefaultValueFactory = _ => 5 };
var only = new Option<string[]>("--workload", "-w") { Description = "Only these workloads.", AllowMultipleArgumentsPerToken = true };
var builds = new Command("builds", "Whole builds: cold, unchanged and after one change, tools in turn, medians and ratios.") { runs, only };
builds.SetAction(result => BuildComparison.Run(result.GetValue(runs), result.GetValue(only) ?? []));
var startRuns = new Option<int>("--runs", "-n") { Description = "How often each is timed.", DefaultValueFactory = _ => 21 };
var starts = new Command("starts", "One container that does nothing: as a command, and as a RUN.") { startRuns };
starts.SetAction(result => StartComparison.Run(result.GetValue(startRuns)));
return new RootCommand("Measures sharpbuild. Peers are found on the PATH and in the chroot that PEERS names.") { builds, starts }
    .Parse(args).Invoke();
