using System.Text;
using SharpBuild.Builder.Fetching;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Parser;
using SharpBuild.Parser.Syntax;
using SharpBuild.Runtime;
using SharpBuild.Runtime.Agents;

namespace SharpBuild.Builder.Execution;

/// <summary>Turns the mounts of a RUN step into what a sandbox mounts.</summary>
internal sealed class StepMounts(Store store, SourceText file, StepCaches caches, SshAgents agents, BuildOptions options)
{
    private const int SecretMode = 0b100_000_000;
    private const int AgentMode = 0b110_000_000;
    private const string DefaultAgent = "default";

    /// <summary>Prepares the mounts of a step; disposing the result gives all of it back.</summary>
    public async Task<MountLeases> PrepareAsync(RunStep step, Func<Step, StepStatus> statusOf, CancellationToken cancellationToken)
    {
        var leases = new MountLeases();
        try
        {
            var cached = await caches.AcquireAsync(step, statusOf, leases, cancellationToken);
            foreach (var mount in step.Mounts)
            {
                if (cached.TryGetValue(mount, out var cache))
                {
                    leases.Add(cache);
                    continue;
                }

                await AddAsync(mount, step, statusOf, leases, cancellationToken);
            }

            if (step.Script is { } script)
            {
                leases.Add(new FileMount(Encoding.UTF8.GetBytes(script.Text), step.Arguments[^1], Mode: 0b111_101_101) { IsExecutable = true });
            }

            return leases;
        }
        catch
        {
            leases.Dispose();
            throw;
        }
    }

    private async Task AddAsync(StepMount mount, RunStep step, Func<Step, StepStatus> statusOf, MountLeases leases, CancellationToken cancellationToken)
    {
        switch (mount.Options.Kind)
        {
            case MountKind.Tmpfs:
                leases.Add(new TmpfsMount(mount.Target, mount.Options.Size > 0 ? mount.Options.Size : null));
                break;
            case MountKind.Secret:
                await AddSecretAsync(mount, step, leases, cancellationToken);
                break;
            case MountKind.Ssh:
                await AddAgentAsync(mount, step, leases, cancellationToken);
                break;
            case MountKind.Bind:
                AddFiles(mount, statusOf(mount.Source!).Result!, leases);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"no rule for {mount.Options.Kind}");
        }
    }

    // A writable bind shows the writes to this step only: they go into a layer that nobody keeps.
    private void AddFiles(StepMount mount, StepResult source, MountLeases leases)
    {
        if (mount.Options.IsReadOnly)
        {
            var merged = leases.Own(store.Layers.OpenMerged(source.Layers));
            leases.Add(new BindMount(merged, mount.Target, mount.Options.Source) { ReadOnly = true });
            return;
        }

        var draft = leases.Own(store.Layers.Create(source.Layers));
        leases.Add(new BindMount(leases.Own(draft.OpenRoot()), mount.Target, mount.Options.Source));
    }

    private async Task AddSecretAsync(StepMount mount, RunStep step, MountLeases leases, CancellationToken cancellationToken)
    {
        var asked = mount.Options;
        if (!options.Secrets.TryGetValue(asked.Id!, out var source))
        {
            if (asked.IsRequired)
            {
                throw Missing(step, "SB3002", $"the secret '{asked.Id}'", $"pass --secret id={asked.Id},src=FILE or --secret id={asked.Id},env=NAME");
            }

            return;
        }

        var value = await Task.Run(() => Secrets.Read(source, asked.Id!, cancellationToken), cancellationToken);
        if (asked.EnvironmentVariable is { } name)
        {
            leases.AddVariable($"{name}={Encoding.UTF8.GetString(value.Span)}");
        }

        if (asked.EnvironmentVariable is null || asked.Target is not null)
        {
            leases.Add(new FileMount(value, mount.Target, asked.Mode ?? SecretMode, asked.Uid ?? 0, asked.Gid ?? 0));
        }
    }

    private async Task AddAgentAsync(StepMount mount, RunStep step, MountLeases leases, CancellationToken cancellationToken)
    {
        var asked = mount.Options;
        var id = string.IsNullOrEmpty(asked.Id) ? DefaultAgent : asked.Id;
        if (await agents.TryOpenAsync(id, cancellationToken) is { } socket)
        {
            var relay = leases.Own(new AgentRelay(socket));
            leases.Add(new SocketMount(relay.Serve, mount.Target, asked.Mode ?? AgentMode, asked.Uid ?? 0, asked.Gid ?? 0));
        }
        else if (asked.IsRequired)
        {
            throw Missing(step, "SB3005", $"the SSH agent '{id}'", id == DefaultAgent ? "pass --ssh default, or --ssh default=KEY" : $"pass --ssh {id}=SOCKET or --ssh {id}=KEY");
        }
    }

    private BuildException Missing(RunStep step, string code, string what, string hint) => new(code, $"{what} is required, but was not given")
    {
        File = file,
        Span = step.Span,
        StepName = step.Name,
        Hint = hint,
    };
}
