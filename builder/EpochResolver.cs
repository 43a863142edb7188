using System.Collections.Immutable;
using System.Diagnostics;
using SharpBuild.Builder.Execution;
using SharpBuild.Builder.Planning;
using SharpBuild.Image;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder;

/// <summary>Finds the time of a build before it is planned: <c>SOURCE_DATE_EPOCH</c> may be that of something on the web or in git.</summary>
internal sealed class EpochResolver(BuildTools tools, ContextLoader loader)
{
    /// <summary>Finds it, and puts it into the options in place of what it is taken from.</summary>
    /// <exception cref="Parser.DockerfileException">The Dockerfile gives one that makes no sense.</exception>
    /// <exception cref="BuildException">The build argument makes no sense, or what it names cannot be had.</exception>
    public async Task ResolveAsync(Dockerfile dockerfile, LoadedContext context, CancellationToken cancellationToken)
    {
        var source = EpochSource.Find(new PlanRequest
        {
            Dockerfile = dockerfile,
            Options = tools.Options,
            Images = ImmutableDictionary<ImageKey, ResolvedImage>.Empty,
            BuildPlatform = Platform.Host,
        });
        if (source is not null || tools.Options.BuildArguments.ContainsKey(EpochSource.Name))
        {
            tools.TakeEpoch(await FindTimeAsync(source, context, cancellationToken));
        }
    }

    // A local context has no time of its own (BuildKit: ignored), nor has an image.
    private async Task<long?> FindTimeAsync(EpochSource? source, LoadedContext context, CancellationToken cancellationToken) => source switch
    {
        null => null,
        EpochSeconds seconds => seconds.Value,
        EpochOfContext when context.Source is { } step => await loader.FindTimeAsync(step, "build context", cancellationToken),
        EpochOfNamedContext { Context: RemoteContext remote } => await loader.FindTimeAsync(Planner.MakeRemote(remote.Source, Planner.RemoteFileName, ""), $"named context {remote.Name}", cancellationToken),
        EpochOfFile file => await loader.FindTimeAsync(file.File, $"source stage {file.StageName}", cancellationToken),
        EpochOfContext or EpochOfNamedContext => null,
        _ => throw new UnreachableException($"no rule for {source.GetType().Name}"),
    };
}
