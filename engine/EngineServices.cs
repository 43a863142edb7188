using SharpBuild.Cache;
using SharpBuild.Image.Registry;
using SharpBuild.Runtime;

namespace SharpBuild.Engine;

/// <summary>What the engine works with; its creator owns and disposes them.</summary>
/// <param name="Store">Images, containers and volumes.</param>
/// <param name="Registry">Makes the client by which a missing image is pulled; not called when the image is here.</param>
/// <param name="Clock">The time.</param>
public sealed record EngineServices(Store Store, Func<RegistryClient> Registry, TimeProvider Clock)
{
    /// <summary>How containers are started.</summary>
    public RuntimeOptions Runtime { get; init; } = new();

    /// <summary>Told in one sentence what takes time, such as a pull.</summary>
    public Action<string>? Tell { get; init; }
}
