using System.Diagnostics;
using System.Formats.Tar;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Trees, archives and files that were made to do harm: each ends in seconds, and leaves nothing that cannot be removed.</summary>
[Trait("Rootless", "also")]
public sealed class HostileInputSpecs
{
    // Renamed into each other: the shell cannot go so deep.
    private const string Nest = "c=$(printf 'd/%.0s' $(seq 1900)); mkdir $1/deep; for i in $(seq 4); do mkdir -p $1/n/$c && mv $1/deep $1/n/$c && mv $1/n $1/deep || exit 1; done";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Directories_nested_by_a_step_are_refused_and_can_be_pruned()
    {
        await using var workshop = await Workshop.OpenAsync();
        workshop.Write("nest", Nest);
        var result = await workshop.TryBuildAsync("FROM busybox\nCOPY nest /\nRUN --mount=type=cache,target=/cache sh /nest /cache && sh /nest /home || sh /nest /tmp\nRUN touch /tmp/x", "-t", "deep");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("SB5016", result.Error, StringComparison.Ordinal);
        await workshop.Program.SucceedAsync(Cancellation, "du");
        await workshop.Program.SucceedAsync(Cancellation, "store", "check", "--full");
        await workshop.Program.SucceedAsync(Cancellation, "prune", "--all", "--force");
        Assert.DoesNotContain("deep", await workshop.Program.SucceedAsync(Cancellation, "du"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_that_is_nested_too_deeply_is_refused_unless_ignored()
    {
        await using var workshop = await Workshop.OpenAsync();
        workshop.Write("file", "x");
        await new Command("sh", "-c", Nest, "sh", workshop.Context).SucceedAsync(Cancellation);
        var result = await workshop.TryBuildAsync("FROM busybox\nCOPY . /all\n");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("4,095 bytes", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("SB9001", result.Error, StringComparison.Ordinal);
        workshop.Write(".dockerignore", "deep\n");
        await workshop.BuildAsync("FROM busybox\nCOPY . /all\n");
        await new Command("rm", "-rf", Path.Join(workshop.Context, "deep")).SucceedAsync(Cancellation);
    }

    [Fact]
    public async Task An_archive_cannot_reach_beside_its_destination()
    {
        await using var workshop = await Workshop.OpenAsync();
        await using (var file = File.Create(Path.Join(workshop.Context, "a.tar")))
        await using (var tar = new TarWriter(file))
        {
            Link(tar, "up", "..");
            Text(tar, "up/first");
            Link(tar, "abs", "/etc");
            Text(tar, "abs/second");
            Text(tar, "../third");
        }

        await workshop.BuildAsync("""
            FROM busybox
            RUN mkdir -p /t/u/dir
            ADD a.tar /t/u/dir
            RUN test ! -e /t/u/first && test ! -e /etc/second && test ! -e /t/u/third
            RUN test -f /t/u/dir/first && test -L /t/u/dir/abs && test -f /t/u/dir/etc/second && test -f /t/u/dir/third
            """);
    }

    [Theory]
    [InlineData("load", "-i")]
    [InlineData("import")]
    public async Task A_pipe_that_gives_nothing_does_not_outlive_a_signal(params string[] command)
    {
        await using var workshop = await Workshop.OpenAsync();
        var fifo = workshop.Outside("fifo");
        await new Command("mkfifo", fifo).SucceedAsync(Cancellation);
        using var process = workshop.Program.Start([.. command, fifo, .. command.Length == 1 ? ["x:latest"] : Array.Empty<string>()]);
        await Task.Delay(2000, Cancellation);
        Assert.False(process.HasExited);
        var watch = Stopwatch.StartNew();
        await new Command("kill", $"{process.Id}").SucceedAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("mkfifo", ".dockerignore")]
    [InlineData("ln -s /dev/zero", ".dockerignore")]
    [InlineData("ln -s /dev/zero", "Dockerfile.dockerignore")]
    public async Task An_ignore_file_that_is_none_is_refused(string make, string name)
    {
        await using var workshop = await Workshop.OpenAsync();
        await new Command("sh", "-c", $"{make} \"$0\"", Path.Join(workshop.Context, name)).SucceedAsync(Cancellation);
        var result = await workshop.TryBuildAsync("FROM busybox\nCOPY . /all\n");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("ordinary file", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_may_be_a_pipe_but_not_without_end()
    {
        await using var workshop = await Workshop.OpenAsync();
        const string text = "FROM busybox\nRUN --mount=type=secret,id=s test \"$(cat /run/secrets/s)\" = hunter2\n";
        workshop.Write("Dockerfile", text);
        var program = workshop.Command(text, "--secret", "id=s,src=/dev/stdin");
        var piped = new Command("sh", ["-c", "printf hunter2 | \"$0\" \"$@\"", program.Program, .. program.Arguments]) { Environment = program.Environment };
        await piped.SucceedAsync(Cancellation);
        var endless = await workshop.TryBuildAsync(text + "RUN true\n", "--no-cache", "--secret", "id=s,src=/dev/zero");
        Assert.Equal(1, endless.ExitCode);
        Assert.Contains("SB3002", endless.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_another_user_has_planted_is_not_written_through()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can become somebody else");
        Assert.SkipUnless((await File.ReadAllTextAsync("/proc/sys/fs/protected_symlinks", Cancellation)).Trim() == "1", "the kernel does not protect links");
        await using var workshop = await Workshop.OpenAsync();
        using var shared = new TemporaryDirectory();
        File.SetUnixFileMode(shared.Path, (UnixFileMode)0b001_111_111_111);
        var victim = workshop.Outside("victim");
        await File.WriteAllTextAsync(victim, "untouched", Cancellation);
        await new Command("runuser", "-u", "nobody", "--", "ln", "-s", victim, shared["out"]).SucceedAsync(Cancellation);
        foreach (var option in new[] { "type=tar,dest=", "type=oci,dest=" })
        {
            Assert.Equal(1, (await workshop.TryBuildAsync("FROM busybox\n", "-o", option + shared["out"])).ExitCode);
        }

        Assert.NotEqual(0, (await workshop.TryBuildAsync("FROM busybox\n", "--iidfile", shared["out"])).ExitCode);
        Assert.NotEqual(0, (await workshop.TryBuildAsync("FROM busybox\n", "--metadata-file", shared["out"])).ExitCode);
        Assert.NotEqual(0, (await workshop.Program.RunAsync(Cancellation, "save", "-o", shared["out"], "busybox")).ExitCode);
        Assert.Equal("untouched", await File.ReadAllTextAsync(victim, Cancellation));
    }

    [Fact]
    public async Task A_small_layer_cannot_fill_the_disk()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root");
        await using var workshop = await Workshop.OpenAsync();
        using var disk = new TemporaryDirectory();
        await new Command("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", disk.Path).SucceedAsync(Cancellation);
        try
        {
            var bomb = workshop.Outside("bomb.tar.gz");
            await new Command("sh", "-c", "cd \"$1\" && truncate -s 2G zeros && tar -cf - zeros | gzip -1 >\"$0\" && rm zeros", bomb, workshop.Context).SucceedAsync(Cancellation);
            var result = await new Command(SharpBuildProgram.Program!, "import", "--root", Path.Join(disk.Path, "store"), bomb, "bomb:latest").RunAsync(Cancellation);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("stay free", result.Error, StringComparison.Ordinal);
            Assert.True(new DriveInfo(disk.Path).AvailableFreeSpace > 350L << 20);
        }
        finally
        {
            await new Command("umount", disk.Path).SucceedAsync(CancellationToken.None);
        }
    }

    private static void Link(TarWriter tar, string name, string target) => tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target });

    private static void Text(TarWriter tar, string name) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("x"u8.ToArray()) });
}
