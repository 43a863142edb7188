using System.Text;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Runtime;

namespace SharpBuild.Engine;

/// <summary>Runs containers in the foreground.</summary>
/// <param name="services">What it works with.</param>
public sealed class ContainerRunner(EngineServices services)
{
    private readonly Store store = services.Store;
    private readonly ContainerStore containers = new(services.Store);

    /// <summary>Makes a container, runs it to its end, and keeps or removes it. One that could not be started leaves nothing behind.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="console">Where its streams lead.</param>
    /// <param name="cancellationToken">Stops the preparation; once it runs, signals go to the container.</param>
    /// <returns>The exit code of its first process.</returns>
    /// <exception cref="EngineException">The request makes no sense, or the name is taken.</exception>
    /// <exception cref="ImageException">The image cannot be had.</exception>
    /// <exception cref="SandboxException">The host refuses, or there is no such command.</exception>
    public async Task<int> RunAsync(ContainerRequest request, ContainerConsole console, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(console);
        var stdio = ContainerSession.Stdio(request.Terminal, request.Interactive, console);
        var image = await FindImageAsync(request.Image, request.Platform, cancellationToken);
        var config = ImageJson.DeserializeConfig(store.Blobs.ReadAll(image.ConfigDigest)).Config;
        var id = ContainerNames.CreateId();
        var hostname = request.Hostname ?? (request.Network == SandboxNetwork.Host ? System.Environment.MachineName : id[..12]);
        var process = ProcessSettings.Merge(config, request, hostname);
        var mounts = MountPlan.Make(request.Mounts, config.Volumes);
        var container = new Container
        {
            Id = id,
            Name = ChooseName(request.Name, id),
            Image = request.Image,
            ImageId = image.ConfigDigest,
            ImageLayers = image.Layers,
            Command = process.Arguments,
            Created = services.Clock.GetUtcNow(),
            AnonymousVolumes = mounts.AnonymousVolumes,
        };

        using var watch = containers.Watch(id);
        await containers.AddAsync(container, cancellationToken);
        var keep = false;
        try
        {
            var spec = await DescribeAsync(request, process, mounts, image, hostname, stdio, cancellationToken);
            var exit = await ExecuteAsync(container, spec, watch, console, keepLayer: !request.RemoveAtEnd);
            keep = !request.RemoveAtEnd;
            return exit.Code;
        }
        finally
        {
            if (!keep)
            {
                containers.Erase(container, withVolumes: true);
            }
        }
    }

    private async Task<Func<Microsoft.Win32.SafeHandles.SafeFileHandle, SandboxSpec>> DescribeAsync(
        ContainerRequest request, ProcessSettings process, MountPlan mounts, ImageRecord image, string hostname, SandboxStdio stdio, CancellationToken cancellationToken)
    {
        var prepared = await mounts.PrepareAsync(containers.Volumes, image.Layers, cancellationToken);
        return root => new SandboxSpec
        {
            Root = root,
            Arguments = process.Arguments,
            Environment = process.Environment,
            WorkingDirectory = process.WorkingDirectory,
            User = process.User,
            Hostname = hostname,
            Network = request.Network,
            Mounts = [HostnameFile(hostname), .. prepared],
            ExtraHosts = request.ExtraHosts,
            ShmSize = request.ShmSize ?? SandboxSpec.DefaultShmSize,
            Ulimits = request.Ulimits,
            ReadOnlyRoot = request.ReadOnlyRoot,
            Stdio = stdio,
        };
    }

    private async Task<SandboxExit> ExecuteAsync(
        Container container, Func<Microsoft.Win32.SafeHandles.SafeFileHandle, SandboxSpec> describe, StoreLock watch, ContainerConsole console, bool keepLayer)
    {
        using var draft = store.Layers.Create(container.ImageLayers);
        SandboxExit exit;
        using (var root = draft.OpenRoot())
        {
            await using var sandbox = SandboxLauncher.Start(describe(root) with { Held = [watch.Handle, draft.Lock] }, services.Runtime);
            containers.Write(container with { Status = ContainerStatus.Running, ProcessId = sandbox.ProcessId });
            exit = await new ContainerSession(sandbox, console).FollowAsync();
        }

        if (keepLayer)
        {
            var layer = store.Layers.Commit(draft);
            containers.Write(container with { Status = ContainerStatus.Exited, ExitCode = exit.Code, Finished = services.Clock.GetUtcNow(), Layer = layer.Id });
        }

        return exit;
    }

    private static FileMount HostnameFile(string hostname) =>
        new(Encoding.UTF8.GetBytes(hostname + "\n"), "/etc/hostname", Mode: 0b110_100_100);

    private string ChooseName(string? asked, string id)
    {
        if (asked is null)
        {
            var name = ContainerNames.MakeUp(id);
            return containers.List().Any(other => other.Name == name) ? $"{name}_{id[..6]}" : name;
        }

        return ContainerNames.IsValid(asked) ? asked : throw new EngineException(EngineException.BadName, $"'{asked}' is not a name for a container")
        {
            Hint = "use at least two letters, digits, '_', '.' or '-', and start with a letter or digit",
        };
    }

    private async Task<ImageRecord> FindImageAsync(string text, Platform? platform, CancellationToken cancellationToken)
    {
        // What was never in a registry is not asked for there.
        if (store.Images.Find(text) is { } known && (platform is null ? known.Preferred : known.SourceDigest is null ? known.Require(platform, text) : known.Select(platform)) is { } image)
        {
            return image;
        }

        var reference = ImageReference.Parse(text);
        services.Tell?.Invoke($"image '{reference.FamiliarName}' is not in the store; pulling it");
        using var registry = services.Registry();
        var puller = new ImagePuller(store, registry);
        var found = await puller.ResolveAsync(reference, platform ?? Platform.Host, refresh: false, cancellationToken);

        // A name that leads to a single image leads there whatever the platform.
        return platform is null || found.Config.Platform.Satisfies(platform)
            ? await puller.PullAsync(found, progress: null, cancellationToken)
            : throw new ImageException(ImageErrorCodes.NoMatchingPlatform, $"'{reference.FamiliarName}' has no image for {platform}")
            {
                Subject = text,
                Reference = reference,
                Hint = $"its platform is {found.Config.Platform}",
            };
    }
}
