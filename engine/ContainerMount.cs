namespace SharpBuild.Engine;

/// <summary>Something that is mounted in a container.</summary>
/// <param name="Target">The absolute path in the container.</param>
public abstract record ContainerMount(string Target);

/// <summary>A file or directory of the host.</summary>
/// <param name="Source">The absolute path on the host.</param>
/// <param name="Target">The absolute path in the container.</param>
/// <param name="ReadOnly">Whether it cannot be written.</param>
/// <param name="CreateSource">Whether a missing directory is made (<c>-v</c>) or an error (<c>--mount</c>).</param>
public sealed record HostMount(string Source, string Target, bool ReadOnly, bool CreateSource) : ContainerMount(Target);

/// <summary>A volume of the store.</summary>
/// <param name="Name">Its name; null for an anonymous one, which belongs to the container.</param>
/// <param name="Target">The absolute path in the container.</param>
/// <param name="ReadOnly">Whether it cannot be written.</param>
/// <param name="CopyContent">Whether an empty volume starts with what the image has at that place.</param>
public sealed record VolumeMount(string? Name, string Target, bool ReadOnly, bool CopyContent) : ContainerMount(Target);

/// <summary>An empty file system in memory.</summary>
/// <param name="Target">The absolute path in the container.</param>
/// <param name="Size">The limit in bytes; null for half the memory.</param>
/// <param name="Mode">The permissions of its root.</param>
public sealed record MemoryMount(string Target, long? Size, int Mode = 0b001_111_111_111) : ContainerMount(Target);
