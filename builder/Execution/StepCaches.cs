using System.Collections.Concurrent;
using SharpBuild.Builder.Planning;
using SharpBuild.Builder.Sharing;
using SharpBuild.Cache;
using SharpBuild.Parser.Syntax;
using SharpBuild.Runtime;

namespace SharpBuild.Builder.Execution;

/// <summary>Takes the cache mounts of RUN steps from the store.</summary>
internal sealed class StepCaches(Store store, CopyExecutor copier, SharedCaches shared, BuildOptions options)
{
    private const int DirectoryMode = 0b111_101_101;
    private readonly ConcurrentDictionary<string, bool> alreadyEmptied = new(StringComparer.Ordinal);

    /// <summary>Takes all that a step mounts; waits for those that others have locked.</summary>
    /// <returns>What to mount, by the mount that asks for it.</returns>
    public async Task<Dictionary<StepMount, SandboxMount>> AcquireAsync(
        RunStep step, Func<Step, StepStatus> statusOf, MountLeases leases, CancellationToken cancellationToken)
    {
        var wanted = step.Mounts.Where(m => m.Options.Kind == MountKind.Cache).Select(m => (Mount: m, Request: Ask(m, step, statusOf, cancellationToken)));
        var taken = new Dictionary<string, CacheMountLease>(StringComparer.Ordinal);
        var result = new Dictionary<StepMount, SandboxMount>(ReferenceEqualityComparer.Instance);

        // In one order for all steps, so that two that lock the same caches never wait for each other.
        foreach (var (mount, request) in wanted.OrderBy(w => w.Request.Identity, StringComparer.Ordinal))
        {
            // And each once: a step that mounts a locked cache at two places would wait for itself.
            if (request.Sharing == CacheMountSharing.Private || !taken.TryGetValue(request.Identity, out var lease))
            {
                // --no-cache empties a cache once, so that the steps of this build still share it; a check, for each run of a step.
                var isEmptied = request.Reset && !options.VerifiesReproducibility && !alreadyEmptied.TryAdd(request.Identity, true);
                var emptied = isEmptied ? request with { Reset = false } : request;
                lease = leases.Own(await store.CacheMounts.AcquireAsync(await shared.SeedAsync(emptied, cancellationToken), cancellationToken));
                taken[request.Identity] = lease;
            }

            result.Add(mount, new BindMount(lease.Path, mount.Target) { ReadOnly = mount.Options.IsReadOnly });
        }

        return result;
    }

    private CacheMountRequest Ask(StepMount mount, RunStep step, Func<Step, StepStatus> statusOf, CancellationToken cancellationToken)
    {
        var asked = mount.Options;
        return new CacheMountRequest(Namespaced(asked.Id!))
        {
            Sharing = asked.Sharing switch
            {
                CacheSharing.Private => CacheMountSharing.Private,
                CacheSharing.Locked => CacheMountSharing.Locked,
                _ => CacheMountSharing.Shared,
            },
            Mode = asked.Mode ?? DirectoryMode,
            Uid = asked.Uid ?? 0,
            Gid = asked.Gid ?? 0,
            SeedIdentity = mount.Source is null ? "" : $"{statusOf(mount.Source).Key} {asked.Source}",
            Seed = mount.Source is null ? null : target => copier.Seed(statusOf(mount.Source), asked.Source, target, cancellationToken),
            Reset = step.IgnoresCache && !options.KeepCacheMounts,
        };
    }

    // A check starts each run of a step with empty caches, and must not empty the user's for that.
    private string Namespaced(string id) => (options.VerifiesReproducibility ? "check of " : "") + options.BuildArguments.GetValueOrDefault("BUILDKIT_CACHE_MOUNT_NS", "") + "/" + id;
}
