using System.Collections.Immutable;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Parser.Sources;

namespace SharpBuild.Builder.Planning;

/// <summary>
/// Files from outside this machine's disks, as a layer of their own. What identifies the result is found out there (an entity tag, a
/// commit), so it is asked for before the cache is. The family is closed.
/// </summary>
internal abstract class RemoteStep : Step
{
    public sealed override ImmutableArray<Step> Inputs => [];
}

/// <summary>A file from a web server, owned by 0:0 with mode 0600.</summary>
internal sealed class HttpStep(HttpSource source, string fileName, Digest? checksum) : RemoteStep
{
    public HttpSource Source { get; } = source;

    /// <summary>The name that the file gets at the root of the layer.</summary>
    public string FileName { get; } = fileName;

    /// <summary>What the file must be; null for anything.</summary>
    public Digest? Checksum { get; } = checksum;

    public override string Kind => "http/1";

    public override void Describe(CacheKeyBuilder key)
    {
        key.Add("url", Source.Text);
        key.Add("name", FileName);
        key.Add("checksum", Checksum?.ToString() ?? "");
    }
}

/// <summary>The files of a commit of a git repository.</summary>
internal sealed class GitStep(GitSource source) : RemoteStep
{
    public GitSource Source { get; } = source;

    public override string Kind => "git/1";

    public override void Describe(CacheKeyBuilder key)
    {
        key.Add("remote", Source.Remote);
        key.Add("ref", Source.Ref ?? "");
        key.Add("checksum", Source.Checksum ?? "");
        DescribeTree(key);
    }

    /// <summary>Adds what decides which files of the commit there are in the end.</summary>
    public void DescribeTree(CacheKeyBuilder key)
    {
        key.Add("directory", Source.Subdirectory);
        key.Add("keep git directory", Source.KeepsGitDirectory == true);
        key.Add("submodules", Source.HasSubmodules);
        key.Add("commit time", Source.UsesCommitTime);
    }
}

/// <summary>What comes through standard input, as a file of that name.</summary>
internal sealed class InputStep(string fileName) : RemoteStep
{
    public string FileName { get; } = fileName;

    public override string Kind => "input/1";

    public override void Describe(CacheKeyBuilder key) => key.Add("name", FileName);
}
