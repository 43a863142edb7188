using System.Text;
using SharpBuild.Builder;
using SharpBuild.Cli;
using SharpBuild.Cli.Building;
using SharpBuild.Cli.Commands;
using SharpBuild.Cli.Rendering;
using SharpBuild.Image;
using SharpBuild.Runtime;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Cli;

public sealed class BuildInvocationTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly Dictionary<string, string> environment = [];

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Every_option_reaches_the_builder()
    {
        environment["FROM_ENV"] = "e";
        var invocation = Read(
            "-f", "Other", "-t", "a:1", "-t", "b", "--build-arg", "X=1", "--build-arg", "FROM_ENV", "--build-arg", "UNSET", "--target", "one", "--target", "two",
            "--label", "k=v=w", "--label", "bare", "--no-cache", "--no-cache-filter", "s1,s2", "--network", "none", "--add-host", "h=1.2.3.4", "--add-host", "six:[::1]", "--add-host", "gate=host-gateway",
            "--pull", "--platform", "linux/arm64", "--build-context", $"ctx={directory.Path}", "--build-context", "img=docker-image://alpine:3",
            "--iidfile", "id", "--metadata-file", "meta");
        var options = invocation.Options;
        Assert.Equal(directory.Path, options.Context);
        Assert.Equal(Path.GetFullPath("Other"), options.File);
        Assert.Equal(["a:1", "b:latest"], options.Tags.Select(tag => tag.FamiliarName));
        Assert.Equal(new Dictionary<string, string> { ["X"] = "1", ["FROM_ENV"] = "e" }, options.BuildArguments);
        Assert.Equal("two", options.Target);
        Assert.Equal(new Dictionary<string, string> { ["k"] = "v=w", ["bare"] = "" }, options.Labels);
        Assert.True(options.NoCache);
        Assert.Equal(["s1", "s2"], options.NoCacheStages);
        Assert.Equal("none", options.Network);
        Assert.Equal([("h", "1.2.3.4"), ("six", "::1"), ("gate", "127.0.0.1")], options.ExtraHosts);
        Assert.True(options.Pull);
        Assert.Equal("linux/arm64", options.Platform.ToString());
        Assert.Equal(directory.Path, options.BuildContexts["ctx"]);
        Assert.Equal("docker-image://alpine:3", options.BuildContexts["img"]);
        Assert.Equal((Path.GetFullPath("id"), Path.GetFullPath("meta")), (invocation.IdFile, invocation.MetadataFile));
    }

    [Theory]
    [InlineData("type=oci,dest=x.tar", "oci", "x.tar")]
    [InlineData("type=docker", "docker", null)]
    [InlineData("out", "local", "out")]
    [InlineData("-", "tar", "-")]
    [InlineData("type=tar,dest=-", "tar", "-")]
    [InlineData("type=oci", "oci", "-")]
    [InlineData("type=image,name=x,push=true", "image", null)]
    public void An_output_is_read_as_buildx_reads_it(string text, string type, string? destination)
    {
        var output = Assert.Single(Read("-o", text).Options.Outputs);
        Assert.Equal(type, output.Type);
        Assert.Equal(destination is null or "-" ? destination : Path.GetFullPath(destination), output.Destination);
    }

    [Fact]
    public void Push_and_load_are_short_for_outputs() =>
        Assert.Equal(["registry", "docker"], Read("--push", "--load").Options.Outputs.Select(output => output.Type));

    [Fact]
    public void Further_attributes_of_an_output_are_handed_on()
    {
        var output = Assert.Single(Read("-o", "type=image,\"name=a,b\",compression=zstd").Options.Outputs);
        Assert.Equal(new Dictionary<string, string> { ["name"] = "a,b", ["compression"] = "zstd" }, output.Attributes);
    }

    [Fact]
    public void Platforms_are_a_list_in_which_each_stands_once()
    {
        var options = Read("--platform", "linux/s390x, arm64", "--platform", "s390x,linux/aarch64/v8,linux/arm/v6").Options;
        Assert.Equal(["linux/s390x", "linux/arm64", "linux/arm/v6"], options.Platforms.Select(p => p.ToString()));
        Assert.Equal(options.Platforms[0], options.Platform);
    }

    [Fact]
    public void An_annotation_says_where_it_stands()
    {
        var annotations = Read("--annotation", "a=b=c", "--annotation", "index,manifest-descriptor[linux/arm64]:org.x=y").Options.Annotations;
        ImageAnnotation[] expected =
        [
            new(AnnotationTarget.Manifest, null, "a", "b=c"),
            new(AnnotationTarget.Index, null, "org.x", "y"),
            new(AnnotationTarget.ManifestDescriptor, Platform.Parse("linux/arm64"), "org.x", "y"),
        ];
        Assert.Equal(expected, annotations);
    }

    [Fact]
    public void Limits_are_read_in_both_spellings()
    {
        var options = Read(
            "--shm-size", "1m", "--ulimit", "nofile=10:20", "--ulimit", "core=-1", "--cgroup-parent", "/builds", "--resource", "memory=1g,memory-swap=-1",
            "--resource", "cpuset-cpus=0", "-c", "512", "--cpu-period", "50000", "--cpu-quota", "25000", "--cpuset-mems", "0").Options;
        Assert.Equal(1 << 20, options.ShmSize);
        Assert.Equal([new("nofile", 10, 20), new("core", -1, -1)], options.Ulimits);
        Assert.Equal("/builds", options.CgroupParent);
        var expected = new ResourceLimits { Memory = 1 << 30, MemoryAndSwap = -1, CpuSet = "0", CpuShares = 512, CpuPeriod = 50_000, CpuQuota = 25_000, MemorySet = "0" };
        Assert.Equal(expected, options.Resources);
        Assert.Null(Read().Options.Resources);
        Assert.Null(Read("--shm-size", "0").Options.ShmSize);
    }

    [Fact]
    public void Rights_are_given_by_name()
    {
        var allowed = Read("--allow", "network.host", "--allow", "security.insecure", "--allow", "device=vendor.com/gpu=0,alias=gpu", "--allow", "device=x").Options.Allowed;
        Assert.Equal((true, true, false), (allowed.HostNetwork, allowed.InsecureSecurity, allowed.AllDevices));
        Assert.Equal(new Dictionary<string, string> { ["gpu"] = "vendor.com/gpu=0", ["x"] = "x" }, allowed.Devices);
        Assert.True(Read("--allow", "device").Options.Allowed.AllDevices);
    }

    [Fact]
    public void A_secret_comes_from_the_environment_or_a_file()
    {
        environment["TOKEN"] = "s3cret";
        var file = directory.Write("key", "k");
        var secrets = Read("--secret", "id=TOKEN", "--secret", $"id=key,src={file}", "--secret", "id=other,env=TOKEN").Options.Secrets;
        Assert.Equal("s3cret", Encoding.UTF8.GetString(secrets["TOKEN"].Value!.Value.Span));
        Assert.Equal(file, secrets["key"].File);
        Assert.Equal("s3cret", Encoding.UTF8.GetString(secrets["other"].Value!.Value.Span));
    }

    [Fact]
    public void A_secret_of_a_variable_that_is_not_set_is_empty_with_a_warning()
    {
        var invocation = Read("--secret", "id=x,env=NOPE", "--secret", "id=y,type=env,src=NADA");
        Assert.Equal(0, invocation.Options.Secrets["x"].Value!.Value.Length);
        Assert.Equal(["the secret 'x' is empty: the environment has no variable 'NOPE'", "the secret 'y' is empty: the environment has no variable 'NADA'"], invocation.Warnings);
        Assert.Throws<UsageException>(() => Read("--secret", "id=x,type=env"));
    }

    [Fact]
    public void An_agent_is_that_of_the_environment_a_socket_or_keys()
    {
        var (socket, key) = (directory.Write("socket", ""), directory.Write("key", "k"));
        environment["SSH_AUTH_SOCK"] = socket;
        var agents = Read("--ssh", "default", "--ssh", $"deploy={key},{key}").Options.Agents;
        Assert.Equal([socket], agents["default"].Paths);
        Assert.Equal([key, key], agents["deploy"].Paths);
    }

    [Theory]
    [InlineData("is not an IP address", "--add-host", "x=1")]
    [InlineData("is not an IP address", "--add-host", "x=1.2.3")]
    [InlineData("is not the name of a host", "--add-host", "x y=1.2.3.4")]
    [InlineData("is not the name of a host", "--add-host", "a\nb=1.2.3.4")]
    [InlineData("too small: the minimum is 6m", "-m", "1")]
    [InlineData("'ignorestatus=maybe' is not understood", "--call", "check,ignorestatus=maybe")]
    [InlineData("--provenance mode=max: attestations are not supported", "--provenance", "mode=max")]
    [InlineData("--attest type=sbom: attestations are not supported", "--attest", "type=sbom")]
    [InlineData("--iidfile: there is no directory '/nodir'", "--iidfile", "/nodir/id")]
    [InlineData("--metadata-file: '/' is a directory", "--metadata-file", "/")]
    [InlineData("--output: there is no directory '/nodir'", "-o", "type=oci,dest=/nodir/x.tar")]
    [InlineData("cannot be fetched", "--build-context", "x=ftp://example.com/x")]
    public void A_value_that_makes_no_sense_is_refused(string part, params string[] words) =>
        Assert.Contains(part, Assert.Throws<UsageException>(() => Read(words)).Line, StringComparison.Ordinal);

    [Theory]
    [InlineData("--rm", "--force-rm", "--compress")]
    [InlineData("--provenance=false", "--sbom=false", "--attest", "type=provenance,disabled=true")]
    public void What_scripts_ask_docker_for_and_is_so_anyway_is_taken(params string[] words) => Assert.NotNull(Read(words));

    [Fact]
    public void A_memory_of_zero_is_no_limit() => Assert.Null(Read("-m", "0").Options.Resources?.Memory);

    [Theory]
    [InlineData("SSH_AUTH_SOCK is not set", "default")]
    [InlineData("there is no socket or key '/nowhere'", "x=/nowhere")]
    [InlineData("given twice", "x=/etc/passwd", "--ssh", "x=/etc/passwd")]
    public void An_agent_that_is_not_there_is_told(string part, params string[] words)
    {
        var line = Assert.Throws<UsageException>(() => Read(["--ssh", .. words])).Line;
        Assert.Contains(part, line, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_fills_what_no_option_says()
    {
        environment["SOURCE_DATE_EPOCH"] = "12";
        environment["BUILDKIT_PROGRESS"] = "plain";
        environment["DOCKER_DEFAULT_PLATFORM"] = "linux/arm64";
        var invocation = Read();
        Assert.Equal("12", invocation.Options.BuildArguments["SOURCE_DATE_EPOCH"]);
        Assert.Equal(ProgressMode.Plain, invocation.Progress);
        Assert.Equal("arm64", invocation.Options.Platform.Architecture);
        Assert.Equal(ProgressMode.Json, Read("--progress", "rawjson").Progress);
        Assert.Equal("99", Read("--build-arg", "SOURCE_DATE_EPOCH=99").Options.BuildArguments["SOURCE_DATE_EPOCH"]);
        Assert.Equal("", Read("--build-arg", "SOURCE_DATE_EPOCH=").Options.BuildArguments["SOURCE_DATE_EPOCH"]);
    }

    [Theory]
    [InlineData("use default, host or none", "--network", "bridge")]
    [InlineData("unknown mode 'fancy'", "--progress", "fancy")]
    [InlineData("'NAME' is not a name for an image", "-t", "NAME")]
    [InlineData("unknown type 'oic'; did you mean 'oci'?", "-o", "type=oic")]
    [InlineData("has no id", "--secret", "src=x")]
    [InlineData("is not a platform", "--platform", "linux/amd64,a/b/c/d")]
    [InlineData("'' is not a platform", "--platform", "")]
    [InlineData("'' is not a platform", "--platform", ",")]
    [InlineData("'' is not a platform", "--platform", "linux/amd64,,linux/arm64")]
    [InlineData("is not a build context", "--build-context", "x=")]
    [InlineData("'nope' of the git URL is not known", "--build-context", "x=https://example.com/a.git?nope=1")]
    [InlineData("is not an IP address", "--add-host", "h=nowhere")]
    [InlineData("is not an annotation", "--annotation", "bare")]
    [InlineData("is not a place for an annotation", "--annotation", "moon:a=b")]
    [InlineData("is not a size", "--shm-size", "much")]
    [InlineData("unknown limit 'nofiles'", "--ulimit", "nofiles=1")]
    [InlineData("unknown limit 'memroy'", "--resource", "memroy=1g")]
    [InlineData("has no value", "--resource", "memory")]
    [InlineData("give memory, too", "--memory-swap", "1g")]
    [InlineData("which it counts in", "--memory-swap", "1g", "-m", "2g")]
    [InlineData("is not a number from 2 on", "--cpu-shares", "1")]
    [InlineData("is not a number from 1000 to 1000000", "--cpu-period", "2000000")]
    [InlineData("is not a list such as 0-2,5", "--cpuset-cpus", "x")]
    [InlineData("is not a list such as 0-2,5", "--cpuset-cpus", "2-1")]
    [InlineData("this machine has no processor 1048576", "--cpuset-cpus", "0,1048576-1048577")]
    [InlineData("this machine has no memory node 1048576", "--resource", "cpuset-mems=1048576")]
    [InlineData("--resource cpuset-mems: 'all' is not a list", "--resource", "cpuset-mems=all")]
    [InlineData("'../../x' is not a path of a cgroup such as /builds: it has to stay", "--cgroup-parent", "../../x")]
    [InlineData("slice:prefix:name is not supported", "--cgroup-parent", "system.slice:a:b")]
    [InlineData("is not a size", "--shm-size", "-1")]
    [InlineData("is not a size", "--shm-size", "-Infinity")]
    [InlineData("is not a size", "--shm-size", "1mbb")]
    [InlineData("is not a limit such as", "--ulimit", "core=-2")]
    [InlineData("the soft limit 20 is above the hard limit 10", "--ulimit", "core=20:10")]
    [InlineData("the soft limit -1 (none) is above the hard limit 10", "--ulimit", "core=-1:10")]
    [InlineData("is more than this kernel lets any process open", "--ulimit", "nofile=-1")]
    [InlineData("unknown entitlement 'network.hots'", "--allow", "network.hots")]
    [InlineData("use alias=NAME", "--allow", "device=x,as=y")]
    [InlineData("--allow device=: the device's name is missing", "--allow", "device=")]
    [InlineData("--allow device=,alias=x: the device's name is missing", "--allow", "device=,alias=x")]
    public void A_wrong_value_is_told(string part, params string[] words)
    {
        var line = Assert.Throws<UsageException>(() => Read(words)).Line;
        Assert.Contains(part, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere/at/all", "there is no directory")]
    [InlineData("https://me:word@example.com/y.git?tag=a&branch=b", "'https://xxxxx:xxxxx@example.com/y.git?tag=a&branch=b' is not valid")]
    public void A_context_that_is_no_directory_is_refused(string context, string part)
    {
        var command = new BuildCommand();
        var arguments = CommandRunner.Parse(command, ["--", context])!;
        Assert.Contains(part, Assert.Throws<UsageException>(() => BuildInvocation.Read(command, arguments, _ => null, outputIsTerminal: false)).Line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.com/y.git#main:dir", "x/Dockerfile", "x/Dockerfile")]
    [InlineData("https://example.com/y.tar", "/x/Dockerfile", "/x/Dockerfile")]
    [InlineData("github.com/x/y", null, null)]
    [InlineData("-", "https://example.com/Dockerfile", "https://example.com/Dockerfile")]
    [InlineData("-", "x", "x")]
    public void A_context_from_elsewhere_keeps_its_name_and_a_path_in_it(string context, string? file, string? expected)
    {
        var options = ReadContext(context, file).Options;
        Assert.Equal((context, expected), (options.Context, options.File));
    }

    [Fact]
    public void Standard_input_is_one_thing() =>
        Assert.Contains("not both", Assert.Throws<UsageException>(() => ReadContext("-", "-")).Line, StringComparison.Ordinal);

    [Fact]
    public void A_repository_behind_ssh_may_use_the_agent_of_the_environment()
    {
        environment["SSH_AUTH_SOCK"] = "/etc/hostname";
        Assert.Equal(["default"], ReadContext("git@example.com:x/y", null).Options.Agents.Keys);
        Assert.Empty(ReadContext("https://example.com/x.git", null).Options.Agents);
    }

    [Fact]
    public void A_named_context_keeps_its_name_unless_it_is_a_path()
    {
        var contexts = Read(
            "--build-context", "a=docker-image://alpine", "--build-context", "b=oci-layout://dir:tag", "--build-context", "c=https://example.com/x.tar",
            "--build-context", "d=nowhere").Options.BuildContexts;
        Assert.Equal("docker-image://alpine", contexts["a"]);
        Assert.Equal("oci-layout://" + Path.GetFullPath("dir:tag"), contexts["b"]);
        Assert.Equal("https://example.com/x.tar", contexts["c"]);
        Assert.Equal(Path.GetFullPath("nowhere"), contexts["d"]);
    }

    private BuildInvocation ReadContext(string context, string? file)
    {
        var command = new BuildCommand();
        var arguments = CommandRunner.Parse(command, [.. file is null ? Array.Empty<string>() : ["-f", file], "--", context])!;
        return BuildInvocation.Read(command, arguments, environment.GetValueOrDefault, outputIsTerminal: false);
    }

    [Theory]
    [InlineData("an argument is missing; usage: 'sharpbuild build [OPTIONS] CONTEXT'", "-q")]
    [InlineData("unexpected argument 'b'; usage: 'sharpbuild build [OPTIONS] CONTEXT'", "a", "b")]
    [InlineData("option '--file' needs a value: --file PATH", ".", "--file")]
    public void What_the_library_finds_wrong_is_told_in_our_words(string message, params string[] words) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => CommandRunner.Parse(new BuildCommand(), words)).Line);

    [Fact]
    public void A_directory_named_as_the_command_is_a_context()
    {
        var command = new BuildCommand();
        Assert.Equal(["build"], CommandRunner.Parse(command, ["build"])!.Values(command.Context));
    }

    private BuildInvocation Read(params string[] words)
    {
        var command = new BuildCommand();
        var arguments = CommandRunner.Parse(command, [.. words, directory.Path])!;
        return BuildInvocation.Read(command, arguments, environment.GetValueOrDefault, outputIsTerminal: false);
    }
}
