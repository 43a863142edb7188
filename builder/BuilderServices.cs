using Microsoft.Win32.SafeHandles;
using SharpBuild.Builder.Execution;
using SharpBuild.Cache;
using SharpBuild.Image.Registry;
using SharpBuild.Runtime;

namespace SharpBuild.Builder;

/// <summary>What a build works with; its creator owns and disposes them.</summary>
/// <param name="Store">Layers, records and images.</param>
/// <param name="Registry">Where images come from and go to.</param>
/// <param name="Clock">The time.</param>
public sealed record BuilderServices(Store Store, RegistryClient Registry, TimeProvider Clock)
{
    /// <summary>How steps are run.</summary>
    public RuntimeOptions Runtime { get; init; } = new();

    /// <summary>Is shown the RUN step that made a build fail when nothing else runs any more, before its files are thrown away; null for nobody.</summary>
    public Func<FailedStep, Task>? OnFailedStep { get; init; }

    /// <summary>Opens standard output for an output whose destination is <c>-</c>; who asked disposes the stream.</summary>
    public Func<Stream> OpenStandardOutput { get; init; } =
        static () => new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    /// <summary>Opens standard input for a context that comes through it; who asked disposes the stream.</summary>
    public Func<Stream> OpenStandardInput { get; init; } =
        static () => new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
}
