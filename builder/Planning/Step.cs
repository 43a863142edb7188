using System.Collections.Immutable;
using System.Globalization;
using SharpBuild.Builder.Devices;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Parser;
using SharpBuild.Parser.Syntax;
using SharpBuild.Runtime;

namespace SharpBuild.Builder.Planning;

/// <summary>
/// One operation of a build: what it does and what it needs. Two steps with the same <see cref="Definition"/> are the same
/// work and exist once in a graph. The family is closed.
/// </summary>
internal abstract class Step
{
    private Digest? definition;

    /// <summary>The steps whose results this one reads, the one that it builds on first.</summary>
    public abstract ImmutableArray<Step> Inputs { get; }

    /// <summary>
    /// The digest of the operation and its inputs' definitions: nothing that only people see, and for files from outside their
    /// name, not their content (the cache key adds that).
    /// </summary>
    public Digest Definition => definition ??= ComputeDefinition();

    /// <summary>How people see it.</summary>
    public required string Name { get; set; }

    /// <summary>The instruction that asked for it first.</summary>
    public SourceSpan? Span { get; init; }

    /// <summary>Whether the cache may not answer for it (<c>--no-cache</c>).</summary>
    public bool IgnoresCache { get; set; }

    /// <summary>The kind of operation with the version of its key's rules.</summary>
    public abstract string Kind { get; }

    /// <summary>Adds what the operation itself is, without its inputs, to a key.</summary>
    public abstract void Describe(CacheKeyBuilder key);

    private Digest ComputeDefinition()
    {
        using var key = new CacheKeyBuilder(Kind);
        Describe(key);
        foreach (var input in Inputs)
        {
            key.Add("input", input.Definition);
        }

        return key.ToDigest();
    }
}

/// <summary>An empty root: <c>FROM scratch</c>.</summary>
internal sealed class ScratchStep : Step
{
    public override string Kind => "scratch/1";

    public override ImmutableArray<Step> Inputs => [];

    public override void Describe(CacheKeyBuilder key)
    {
    }
}

/// <summary>The layers of a base image.</summary>
internal sealed class ImageStep(ResolvedImage image) : Step
{
    public ResolvedImage Image { get; } = image;

    public override string Kind => "image/1";

    public override ImmutableArray<Step> Inputs => [];

    // The layer chain, not the manifest: the same files under another name or with another config give the same results.
    public override void Describe(CacheKeyBuilder key)
    {
        foreach (var layer in Image.Config.RootFs.DiffIds)
        {
            key.Add("layer", layer);
        }
    }
}

/// <summary>A local directory: the build context or a named one.</summary>
internal sealed class ContextStep(string contextName) : Step
{
    /// <summary>The main context's name.</summary>
    public const string Main = "context";

    public string ContextName { get; } = contextName;

    public override string Kind => "context/1";

    public override ImmutableArray<Step> Inputs => [];

    public override void Describe(CacheKeyBuilder key)
    {
        key.Add("name", ContextName);
    }
}

/// <summary>Creates a directory and its parents: WORKDIR.</summary>
internal sealed class MakeDirectoryStep(Step parent, string path, string user) : Step
{
    public Step Parent { get; } = parent;

    public string Path { get; } = path;

    /// <summary>The owner in USER's syntax; empty for root.</summary>
    public string User { get; } = user;

    /// <summary>The time of what is made (SOURCE_DATE_EPOCH); null for that of the build.</summary>
    public DateTimeOffset? Time { get; init; }

    public override string Kind => "mkdir/1";

    public override ImmutableArray<Step> Inputs => [Parent];

    public override void Describe(CacheKeyBuilder key)
    {
        key.Add("path", Path);
        key.Add("user", User);
        if (Time is { } time)
        {
            key.Add("time", time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        }
    }
}

/// <summary>Something that COPY or ADD takes.</summary>
internal abstract record CopyPart;

/// <summary>Files of another step's result.</summary>
/// <param name="Source">The step.</param>
/// <param name="Path">The path or pattern, from the root of the source.</param>
/// <param name="Unpacks">Whether archives are unpacked: ADD of local files, or where it is asked for.</param>
internal sealed record FilesPart(Step Source, string Path, bool Unpacks = false) : CopyPart;

/// <summary>A file whose text stands in the Dockerfile.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Text">Its content.</param>
internal sealed record InlinePart(string Name, string Text) : CopyPart;

/// <summary>Copies files: COPY and ADD.</summary>
internal sealed class CopyStep : Step
{
    public required Step Parent { get; init; }

    public required ImmutableArray<CopyPart> Parts { get; init; }

    /// <summary>Absolute; a trailing slash is kept because it means "a directory".</summary>
    public required string Destination { get; init; }

    /// <summary>As written after expansion; null for the default owner.</summary>
    public string? Chown { get; init; }

    /// <summary>The mode to set; null to keep the source's.</summary>
    public ChmodSpec? Chmod { get; init; }

    public string ChmodText { get; init; } = "";

    public bool KeepsParents { get; init; }

    public ImmutableArray<string> Excludes { get; init; } = [];

    /// <summary>Whether the layer does not depend on what is below it (<c>--link</c>).</summary>
    public bool IsLink { get; init; }

    public override string Kind => "copy/2";

    public override ImmutableArray<Step> Inputs => [Parent, .. Parts.OfType<FilesPart>().Select(p => p.Source).Distinct()];

    public override void Describe(CacheKeyBuilder key)
    {
        DescribeOptions(key);
        foreach (var part in Parts)
        {
            switch (part)
            {
                case FilesPart files:
                    key.Add("path", files.Path);
                    key.Add("unpack", files.Unpacks);
                    key.Add("from", files.Source.Definition);
                    break;
                case InlinePart inline:
                    key.Add("inline", inline.Name);
                    key.Add("text", inline.Text);
                    break;
            }
        }
    }

    /// <summary>Adds everything but the parts.</summary>
    public void DescribeOptions(CacheKeyBuilder key)
    {
        key.Add("destination", Destination);
        key.Add("chown", Chown ?? "");
        key.Add("chmod", ChmodText);
        key.Add("parents", KeepsParents);
        key.Add("link", IsLink);
        key.Add("excludes", Excludes);
    }
}

/// <summary>A mount of a RUN step.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Target">The absolute path in the container.</param>
/// <param name="Source">Where the files come from; null for an empty directory, memory, secrets and agents.</param>
internal sealed record StepMount(MountOptions Options, string Target, Step? Source);

/// <summary>Runs a process: RUN.</summary>
internal sealed class RunStep : Step
{
    public required Step Parent { get; init; }

    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary><c>NAME=value</c>, ENV and ARG together.</summary>
    public required ImmutableArray<string> Environment { get; init; }

    /// <summary>Proxy variables: given to the process, no part of its identity.</summary>
    public ImmutableArray<string> ProxyEnvironment { get; init; } = [];

    public required string WorkingDirectory { get; init; }

    public required string User { get; init; }

    /// <summary><c>default</c>, <c>host</c> or <c>none</c>.</summary>
    public required string Network { get; init; }

    public ImmutableArray<StepMount> Mounts { get; init; } = [];

    /// <summary>A script that the command names by its path (a heredoc that starts with <c>#!</c>), if any.</summary>
    public InlinePart? Script { get; init; }

    public ImmutableArray<(string Host, string Address)> ExtraHosts { get; init; } = [];

    /// <summary>Whether it runs outside of the usual restrictions (<c>--security=insecure</c>).</summary>
    public bool IsInsecure { get; init; }

    /// <summary>The host name; null for the usual one.</summary>
    public string? Hostname { get; init; }

    /// <summary>The size of <c>/dev/shm</c>; null for the usual one.</summary>
    public long? ShmSize { get; init; }

    public ImmutableArray<Ulimit> Ulimits { get; init; } = [];

    public string? CgroupParent { get; init; }

    /// <summary>The devices that it gets.</summary>
    public ImmutableArray<RegisteredDevice> Devices { get; init; } = [];

    /// <summary>The platform of its stage when that is not the machine's own.</summary>
    public Platform? ForeignPlatform { get; init; }

    public override string Kind => "run/1";

    public override ImmutableArray<Step> Inputs => [Parent, .. Mounts.Select(m => m.Source).OfType<Step>().Distinct()];

    public override void Describe(CacheKeyBuilder key)
    {
        DescribeProcess(key);
        foreach (var mount in Mounts)
        {
            DescribeMount(mount, key);
            key.Add("from", mount.Source?.Definition.ToString() ?? "");
        }
    }

    /// <summary>Adds everything but the mounts (BuildKit solver/llbsolver/ops/exec.go says what counts).</summary>
    public void DescribeProcess(CacheKeyBuilder key)
    {
        key.Add("command", Arguments);
        foreach (var variable in Environment)
        {
            var (name, value) = Variables.Split(variable);
            key.Add($"variable {name}", value);
        }

        key.Add("cwd", WorkingDirectory);
        key.Add("user", User);
        key.Add("network", Network);
        key.Add("script", Script is null ? "" : Script.Name + "\0" + Script.Text);
        key.Add("extra hosts", [.. ExtraHosts.Select(h => h.Host)]);
        DescribeSandbox(key);
    }

    // What is as usual adds nothing: most steps say none of it, and their keys are computed in every build.
    private void DescribeSandbox(CacheKeyBuilder key)
    {
        if (IsInsecure)
        {
            key.Add("security", "insecure");
        }

        if (Hostname is not null)
        {
            key.Add("host name", Hostname);
        }

        if (ShmSize is { } size)
        {
            key.Add("shared memory", size);
        }

        if (ForeignPlatform is not null)
        {
            key.Add("platform", ForeignPlatform.ToString());
        }

        // By their names alone, as in BuildKit: a driver's update changes the paths of its libraries, and no result.
        if (!Devices.IsEmpty)
        {
            key.Add("devices", [.. Devices.Select(static device => device.Name)]);
        }

        if (CgroupParent is not null)
        {
            key.Add("cgroup parent", CgroupParent);
        }

        foreach (var limit in Ulimits)
        {
            key.Add($"ulimit {limit.Name}", $"{limit.Soft}:{limit.Hard}");
        }
    }

    /// <summary>Adds what counts of a mount but its files: never ids, sharing or secret values.</summary>
    public static void DescribeMount(StepMount mount, CacheKeyBuilder key)
    {
        var options = mount.Options;
        key.Add("mount", options.Kind.ToString());
        key.Add("target", mount.Target);
        key.Add("source", options.Source);
        key.Add("read-only", options.IsReadOnly);
        key.Add("variable", options.EnvironmentVariable ?? "");
        key.Add("owner", $"{options.Uid}:{options.Gid}:{options.Mode}");
        key.Add("size", options.Size);
    }
}
