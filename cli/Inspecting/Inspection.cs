using SharpBuild.Builder;
using SharpBuild.Builder.Inspection;
using SharpBuild.Cli.Commands;
using SharpBuild.Parser;

namespace SharpBuild.Cli.Inspecting;

/// <summary>Answers questions about a Dockerfile instead of building it.</summary>
/// <param name="host">What it works with.</param>
internal sealed class Inspection(CommandHost host)
{
    /// <summary>Prints what <paramref name="call"/> asks for.</summary>
    /// <returns>The exit code: 1 when a check found anything, as buildx has it.</returns>
    /// <param name="call">The question.</param>
    /// <param name="asked">The Dockerfile, and what is given to it.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="isContextKnown">Whether the context was named; false when only a Dockerfile was.</param>
    public async Task<int> RunAsync(CallOption call, BuildOptions asked, ParsedArguments arguments, bool isContextKnown = true)
    {
        var options = call.Method != CallMethod.Graph && IsElsewhere(asked) ? await AskBuilderAsync(ImageBuilder.FetchDockerfileAsync, asked, arguments) : asked;
        switch (call.Method)
        {
            case CallMethod.Check:
                var isClean = Check(options, call.Format, arguments, isContextKnown);
                return isClean || call.IgnoresStatus ? ExitCodes.Success : ExitCodes.Failure;
            case CallMethod.Outline:
                WriteOutline(options, call.Format, arguments);
                break;
            case CallMethod.Targets:
                WriteTargets(options, call.Format);
                break;
            case CallMethod.Graph:
                await WriteGraphAsync(options, call.Format, arguments);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"no answer to {call.Method}");
        }

        return ExitCodes.Success;
    }

    private bool Check(BuildOptions options, string format, ParsedArguments arguments, bool isContextKnown)
    {
        using var store = host.TryOpenExistingStore(arguments);
        var report = DockerfileInspection.Check(options, store, isContextKnown);
        switch (format)
        {
            case CallOption.Json:
                CheckJson.Write(host.Output, report);
                break;
            case CallOption.CodeQuality:
                CheckCodeQuality.Write(host.Output, report, Uri.UnescapeDataString(UriOf(options, report.Source)));
                break;
            case "sarif":
                CheckSarif.Write(host.Output, report, UriOf(options, report.Source), VersionCommand.Version);
                break;
            default:
                CheckText.Write(host.Output, report);
                break;
        }

        return report.IsClean;
    }

    private void WriteOutline(BuildOptions options, string format, ParsedArguments arguments)
    {
        using var store = host.TryOpenExistingStore(arguments);
        var (source, outline) = DockerfileInspection.ReadOutline(options, store);
        if (format == CallOption.Json)
        {
            OutlineOutput.WriteJson(host.Output, source, outline);
        }
        else
        {
            OutlineOutput.WriteText(host.Output, outline);
        }
    }

    private void WriteTargets(BuildOptions options, string format)
    {
        var (source, targets) = DockerfileInspection.ListTargets(options);
        if (format == CallOption.Json)
        {
            TargetsOutput.WriteJson(host.Output, source, targets);
        }
        else
        {
            TargetsOutput.WriteText(host.Output, targets);
        }
    }

    private async Task WriteGraphAsync(BuildOptions options, string format, ParsedArguments arguments)
    {
        var graph = await AskBuilderAsync(ImageBuilder.ReadGraphAsync, options, arguments);
        GraphOutput.Write(host.Output, graph, format);
    }

    private static bool IsElsewhere(BuildOptions options) => !Path.IsPathRooted(options.Context) || !Path.IsPathRooted(options.File ?? "/");

    private async Task<T> AskBuilderAsync<T>(Func<BuildOptions, BuilderServices, CancellationToken, Task<T>> ask, BuildOptions options, ParsedArguments arguments)
    {
        using var signals = new SignalCancellation();
        await using var store = host.OpenStore(arguments);
        using var registry = host.CreateRegistryClient(arguments);
        return await ask(options, new BuilderServices(store, registry, host.Clock) { OpenStandardInput = StandardStreams.OpenInput }, signals.Token);
    }

    // Code hosts want a path from the root of the repository, which is where their jobs run.
    private static string UriOf(BuildOptions options, SourceText source)
    {
        if (options.FileText is not null)
        {
            return source.Path;
        }

        var path = options.File ?? Path.Combine(options.Context, source.Path);
        var relative = Path.GetRelativePath(Path.GetFullPath("."), path);
        return relative.StartsWith("../", StringComparison.Ordinal) ? new Uri(path).AbsoluteUri : string.Join('/', relative.Split('/').Select(Uri.EscapeDataString));
    }
}
