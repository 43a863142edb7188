using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Runtime;

namespace SharpBuild.Engine;

/// <summary>What a container has mounted: what was asked for, and the image's volumes.</summary>
/// <param name="Mounts">In the order of mounting: what lies above others comes first.</param>
/// <param name="AnonymousVolumes">The volumes that belong to the container.</param>
internal sealed record MountPlan(ImmutableArray<ContainerMount> Mounts, ImmutableArray<string> AnonymousVolumes)
{
    /// <summary>Joins request and image; gives anonymous volumes their names.</summary>
    /// <exception cref="EngineException">A place is none, or taken twice.</exception>
    public static MountPlan Make(ImmutableArray<ContainerMount> asked, IEnumerable<string> imageVolumes)
    {
        var byTarget = new Dictionary<string, ContainerMount>();
        foreach (var mount in asked)
        {
            var target = Normalize(mount.Target);
            if (!byTarget.TryAdd(target, mount with { Target = target }))
            {
                throw new EngineException(EngineException.BadRequest, $"two mounts have the target '{target}'") { Hint = "leave one of them out" };
            }
        }

        foreach (var volume in imageVolumes)
        {
            var target = Normalize(volume);
            byTarget.TryAdd(target, new VolumeMount(null, target, ReadOnly: false, CopyContent: true));
        }

        var anonymous = ImmutableArray.CreateBuilder<string>();
        var mounts = ImmutableArray.CreateBuilder<ContainerMount>(byTarget.Count);
        foreach (var mount in byTarget.Values.OrderBy(mount => mount.Target.Count(character => character == '/')).ThenBy(mount => mount.Target, StringComparer.Ordinal))
        {
            if (mount is VolumeMount { Name: null } unnamed)
            {
                anonymous.Add(ContainerNames.CreateId());
                mounts.Add(unnamed with { Name = anonymous[^1] });
            }
            else
            {
                mounts.Add(mount);
            }
        }

        return new(mounts.ToImmutable(), anonymous.ToImmutable());
    }

    /// <summary>Makes the directories that the mounts need, and says what the sandbox is to mount.</summary>
    public async Task<ImmutableArray<SandboxMount>> PrepareAsync(VolumeStore volumes, ImmutableArray<LayerId> image, CancellationToken cancellationToken)
    {
        var result = ImmutableArray.CreateBuilder<SandboxMount>(Mounts.Length);
        foreach (var mount in Mounts)
        {
            result.Add(mount switch
            {
                HostMount host => new BindMount(PrepareHost(host), host.Target) { ReadOnly = host.ReadOnly, Recursive = true },
                VolumeMount volume => new BindMount(
                    await volumes.PrepareAsync(volume.Name!, image, volume.CopyContent ? volume.Target : null, cancellationToken), volume.Target)
                {
                    ReadOnly = volume.ReadOnly,
                },
                MemoryMount memory => new TmpfsMount(memory.Target, memory.Size, memory.Mode),
                _ => throw new System.Diagnostics.UnreachableException($"no way to mount {mount.GetType().Name}"),
            });
        }

        return result.MoveToImmutable();
    }

    private static string PrepareHost(HostMount mount)
    {
        if (Path.Exists(mount.Source))
        {
            return mount.Source;
        }

        if (!mount.CreateSource)
        {
            throw new EngineException(EngineException.BadMount, $"'{mount.Source}', which is to be mounted at '{mount.Target}', does not exist") { Hint = "create it first, or use -v, which creates missing directories" };
        }

        try
        {
            Directory.CreateDirectory(mount.Source);
            return mount.Source;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EngineException(EngineException.BadMount, $"'{mount.Source}', which is to be mounted on '{mount.Target}', is missing and cannot be made: {refused.Message}", refused);
        }
    }

    private static string Normalize(string target)
    {
        if (!target.StartsWith('/'))
        {
            throw new EngineException(EngineException.BadRequest, $"the mount target '{target}' is not an absolute path") { Hint = "start it with a slash" };
        }

        var parts = new List<string>();
        foreach (var part in target.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "." or ".."))
            {
                parts.Add(part);
            }
        }

        return parts.Count > 0 ? "/" + string.Join('/', parts)
            : throw new EngineException(EngineException.BadRequest, "nothing can be mounted on '/' of a container") { Hint = "choose a directory below it" };
    }
}
