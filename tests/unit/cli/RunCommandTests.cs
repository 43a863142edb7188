using SharpBuild.Cli;
using SharpBuild.Cli.Commands;
using SharpBuild.Engine;
using SharpBuild.Runtime;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Cli;

public sealed class RunCommandTests
{
    [Fact]
    public void Every_option_reaches_the_engine()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("env", "# comment\nA=file\n\nFROM_HOST\nUNSET\n");
        var request = Read(
            "-it", "--rm", "-e", "A=1", "-eB", "-e", "GONE", "--env-file", file, "-w", "/w", "-u", "1:2", "--entrypoint", "/e", "--name", "n", "-h", "host",
            "--network", "none", "--add-host", "x:10.0.0.1", "--read-only", "--shm-size", "1g", "--ulimit", "nofile=10:20", "--ulimit", "core=0", "img", "cmd", "-x");
        Assert.Equal(("img", "/e", "n", "/w", "1:2", "host"), (request.Image, request.Entrypoint, request.Name, request.WorkingDirectory, request.User, request.Hostname));
        Assert.Equal(["cmd", "-x"], request.Command);
        Assert.Equal([("A", "file"), ("FROM_HOST", "h"), ("A", "1"), ("B", "b"), ("GONE", null)], request.Environment);
        Assert.True(request is { Interactive: true, Terminal: true, RemoveAtEnd: true, ReadOnlyRoot: true, Network: SandboxNetwork.None });
        Assert.Equal([("x", "10.0.0.1")], request.ExtraHosts);
        Assert.Equal(1L << 30, request.ShmSize);
        Assert.Equal([new Ulimit("nofile", 10, 20), new Ulimit("core", 0, 0)], request.Ulimits);
    }

    [Fact]
    public void Mounts_are_read_as_docker_reads_them() => Assert.Equal(
        [
            new HostMount("/a", "/b", ReadOnly: false, CreateSource: true),
            new HostMount("/a", "/c", ReadOnly: true, CreateSource: true),
            new VolumeMount("data", "/d", ReadOnly: false, CopyContent: false),
            new VolumeMount(null, "/e", ReadOnly: false, CopyContent: true),
            new MemoryMount("/f", 1 << 20, 0b111_000_000),
            new HostMount("/a", "/g", ReadOnly: true, CreateSource: false),
            new VolumeMount("data", "/h", ReadOnly: false, CopyContent: true),
            new MemoryMount("/i", 64 << 20, 0b001_111_111_111),
        ],
        Read(
            "-v", "/a:/b", "-v", "/a:/c:ro", "-v", "data:/d:nocopy", "-v", "/e", "--tmpfs", "/f:size=1m,mode=700",
            "--mount", "type=bind,source=/a,target=/g,readonly", "--mount", "source=data,destination=/h", "--mount", "type=tmpfs,dst=/i,tmpfs-size=64m", "img").Mounts);

    [Theory]
    [InlineData("is not a size", "--shm-size", "big")]
    [InlineData("is not a limit", "--ulimit", "nofile")]
    [InlineData("soft limit 3 is above", "--ulimit", "nofile=3:2")]
    [InlineData("private networks are not supported", "--network", "bridge")]
    [InlineData("option 'z' is not supported", "-v", "/a:/b:z")]
    [InlineData("has no target", "--mount", "type=bind,source=/a")]
    [InlineData("option 'bind-propagation' of type=bind is not supported", "--mount", "type=bind,source=/a,target=/b,bind-propagation=shared")]
    [InlineData("unknown type 'bnd'; did you mean 'bind'?", "--mount", "type=bnd,source=/a,target=/b")]
    [InlineData("there is no file", "--env-file", "/nowhere")]
    public void A_wrong_value_is_told(string part, string option, string value) =>
        Assert.Contains(part, Assert.Throws<UsageException>(() => Read(option, value, "img")).Line, StringComparison.Ordinal);

    private static ContainerRequest Read(params string[] words)
    {
        var command = new RunCommand();
        return command.Read(CommandRunner.Parse(command, words)!, name => name switch { "B" => "b", "FROM_HOST" => "h", _ => null });
    }
}
