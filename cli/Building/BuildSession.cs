using System.Text;
using System.Threading.Channels;
using SharpBuild.Builder;
using SharpBuild.Builder.Events;
using SharpBuild.Builder.Execution;
using SharpBuild.Cli.Commands;
using SharpBuild.Cli.Rendering;
using SharpBuild.Image.Layouts;
using SharpBuild.Parser;
using SharpBuild.Runtime;

namespace SharpBuild.Cli.Building;

/// <summary>One build: the builder on one end of a channel, a renderer on the other.</summary>
/// <param name="host">What it works with.</param>
internal sealed class BuildSession(CommandHost host)
{
    private const string EmptySecret = "SB0119";

    /// <summary>Builds, shows it, writes the files that were asked for.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(BuildInvocation invocation, ParsedArguments arguments)
    {
        if (invocation.OpensShell && (HostTerminal.Of(0) is null || !CommandHost.StandardOutputIsTerminal))
        {
            throw new UsageException("--shell-on-error needs a terminal for standard input and output");
        }

        using var signals = new SignalCancellation();
        using var renderer = RendererFactory.Create(invocation.Progress, host.Error, host.Lookup, invocation.ShowsDetails, invocation.DockerfilePath);
        var started = host.Clock.GetUtcNow();
        var (result, failure) = await ShowAsync(invocation, arguments, renderer, signals);
        if (invocation.Explains)
        {
            using var store = host.OpenStore(arguments);
            WhyCommand.Explain(store, invocation.Options.Context, invocation.Options.File, host.Error, started, asJson: invocation.Progress == ProgressMode.Json);
        }

        await WriteFilesAsync(invocation, result, failure, signals.Token);
        if (invocation.IsQuiet && result is not null)
        {
            host.Print($"{result.Id}\n");
        }

        return failure?.ExitCode ?? ExitCodes.Success;
    }

    private static async Task WriteFilesAsync(BuildInvocation invocation, BuildResult? result, FailureReport? failure, CancellationToken cancellationToken)
    {
        if (invocation.IdFile is { } idFile && result is not null)
        {
            await OutputFile.WriteAsync(Path.GetFullPath(idFile), Encoding.UTF8.GetBytes(result.Id.ToString()).AsMemory(), cancellationToken);
        }

        if (invocation.MetadataFile is { } metadataFile)
        {
            await OutputFile.WriteAsync(Path.GetFullPath(metadataFile), MetadataFile.Write(result, failure).ToArray().AsMemory(), cancellationToken);
        }
    }

    private async Task<(BuildResult? Result, FailureReport? Failure)> ShowAsync(
        BuildInvocation invocation, ParsedArguments arguments, BuildRenderer renderer, SignalCancellation signals)
    {
        var events = Channel.CreateUnbounded<BuildEvent>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = false });
        Task? rendering = null;
        var isFinished = false;
        if (invocation.OpensShell)
        {
            rendering = RenderLoop.RunAsync(events.Reader, renderer, host.Clock);
        }

        // The build first: it waits for nothing as long as the cache answers, so that a cached one is over when this returns and its
        // events are read where they were written. The other way round the first event starts a thread pool and makes every await
        // behind it a real one, whose continuations the JIT has to compile: 32 methods.
        var building = BuildAsync(invocation, arguments, events.Writer, invocation.OpensShell ? OpenShellAsync : null, signals);
        rendering ??= RenderLoop.RunAsync(events.Reader, renderer, host.Clock);
        var built = await building;
        await FinishAsync(built.Failure);
        return built;

        async Task OpenShellAsync(FailedStep step)
        {
            await FinishAsync(FailureReport.From(step.Failure));
            if (signals.ExitCode is null)
            {
                await FailedStepShell.OpenAsync(step, host, signals.Token);
            }
        }

        async Task FinishAsync(FailureReport? failure)
        {
            if (!isFinished)
            {
                isFinished = true;
                events.Writer.TryComplete();
                await rendering!;
                renderer.Finish(host.Clock.GetUtcNow(), failure);
            }
        }
    }

    private async Task<(BuildResult? Result, FailureReport? Failure)> BuildAsync(
        BuildInvocation invocation, ParsedArguments arguments, ChannelWriter<BuildEvent> events, Func<FailedStep, Task>? onFailedStep, SignalCancellation signals)
    {
        try
        {
            var options = invocation.ReadsDockerfileFromInput ? invocation.Options with { FileText = await StandardStreams.ReadInputAsync(signals.Token) } : invocation.Options;
            await using var store = host.OpenStore(arguments);
            using var registry = host.CreateRegistryClient(arguments);
            foreach (var warning in invocation.Warnings)
            {
                events.TryWrite(new BuildWarning(host.Clock.GetUtcNow(), null, new Diagnostic(DiagnosticSeverity.Warning, EmptySecret, default, warning)));
            }

            var services = new BuilderServices(store, registry, host.Clock) { OpenStandardInput = StandardStreams.OpenInput, OnFailedStep = onFailedStep };
            return (await ImageBuilder.BuildAsync(options, services, events, signals.Token), null);
        }
        catch (UsageException)
        {
            throw;
        }
#pragma warning disable CA1031 // The renderer has to show any failure behind the last event; FailureReport is the translation.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            // A step that a signal cut short fails in many ways; the signal is the reason to report.
            return (null, signals.ExitCode is { } code ? FailureReport.From(new OperationCanceledException()) with { ExitCode = code } : FailureReport.From(failure));
        }
    }
}
