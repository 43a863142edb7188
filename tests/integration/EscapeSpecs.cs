using System.Diagnostics;
using System.Globalization;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Images and containers that want to get at the host, or to outlive who started them.</summary>
[Trait("Rootless", "also")]
public sealed class EscapeSpecs : IAsyncLifetime
{
    private const string Stranger = "sharpbuild: /proc/self/exe is no program of this container";
    private const string Setpriv = "/usr/bin/setpriv";

    private Workshop workshop = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => workshop = await Workshop.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (workshop is not null)
        {
            await workshop.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("/proc/self/exe")]
    [InlineData("/proc/1/exe")]
    [InlineData("/proc/thread-self/exe")]
    [InlineData("/dev/fd/../exe")]
    [InlineData("/link")]
    [InlineData("/script")]
    public async Task An_entrypoint_that_means_its_launcher_finds_nothing(string entrypoint)
    {
        var before = await DigestAsync();
        await workshop.BuildAsync(
            $"""
            FROM busybox
            RUN ln -s /proc/self/exe /link && printf '#!/proc/self/exe\n' > /script && chmod 755 /script
            ENTRYPOINT ["{entrypoint}", "0"]
            """,
            "-t", "hostile");

        foreach (var options in (string[][])[[], ["-i"], ["--user", "1000"], ["--read-only"]])
        {
            var result = await workshop.Program.RunAsync(Cancellation, ["run", "--rm", .. options, "hostile"]);
            Assert.Equal((126, Stranger), (result.ExitCode, result.Error.Trim()));
        }

        Assert.Equal(before, await DigestAsync());
    }

    [Theory]
    [InlineData("/proc/self/exe")]
    [InlineData("/link")]
    [InlineData("/script")]
    public async Task A_step_that_means_its_launcher_finds_nothing(string command)
    {
        var result = await workshop.TryBuildAsync(
            $"""
            FROM busybox
            RUN ln -s /proc/self/exe /link && printf '#!/proc/self/exe\n' > /script && chmod 755 /script
            RUN ["{command}", "3"]
            """);

        Assert.Contains(Stranger, result.Error, StringComparison.Ordinal);
        Assert.Contains("exit code: 126", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_process_of_a_container_has_a_program_or_file_of_the_host_open()
    {
        var output = await workshop.Program.SucceedAsync(
            Cancellation, "run", "--rm", "busybox", "sh", "-c", "for p in /proc/[0-9]*; do for f in exe cwd root fd/0 fd/1 fd/2 fd/3; do readlink $p/$f; done; done; true");

        Assert.Equal(
            ["/", "/bin/busybox", "/dev/null"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => !line.StartsWith("pipe:", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_handle_on_a_launcher_writes_nothing_once_that_is_killed()
    {
        var before = await DigestAsync();

        // It ignores what asks it to end, and writes through each program that it can see: first beside sharpbuild, then after its death.
        const string script = "trap '' TERM INT HUP; echo up; while :; do for f in /proc/[0-9]*/exe; do echo overwritten > $f; done; done 2>/dev/null";
        using var container = workshop.Program.Start("run", "--name", "writer", "busybox", "sh", "-c", script);
        Assert.Equal("up", await container.StandardOutput.ReadLineAsync(Cancellation));
        container.Kill();
        await container.WaitForExitAsync(Cancellation);
        await Task.Delay(200, Cancellation);

        Assert.Equal(before, await DigestAsync());
        Assert.Contains("sharpbuild", await workshop.Program.SucceedAsync(Cancellation, "version"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Descriptors_of_whoever_starts_it_stay_outside()
    {
        var script = $"exec 7</etc/passwd 8>{workshop.Outside("open")} 9</; exec \"$@\"";
        var run = workshop.Program.Command("run", "--rm", "busybox", "ls", "/proc/self/fd");

        var output = await new Command("/bin/bash", ["-c", script, "bash", run.Program, .. run.Arguments]) { Environment = run.Environment }.SucceedAsync(Cancellation);

        Assert.Equal("0\n1\n2\n3\n", output);
    }

    [Theory]
    [InlineData("0<&-")]
    [InlineData("0<&- 2>&-")]
    public async Task Streams_that_are_closed_stay_harmless(string closed)
    {
        var script = $"exec {closed}; exec \"$@\"";
        var run = workshop.Program.Command("run", "--rm", "busybox", "sh", "-c", "ls /proc/self/fd; readlink /proc/self/fd/0");

        var output = await new Command("/bin/bash", ["-c", script, "bash", run.Program, .. run.Arguments]) { Environment = run.Environment }.SucceedAsync(Cancellation);

        Assert.Equal("0\n1\n2\n3\n/dev/null\n", output);
    }

    [Fact]
    public async Task A_container_that_takes_back_its_wish_to_die_ends_with_its_launcher()
    {
        Assert.SkipUnless(File.Exists(Setpriv), "needs setpriv (util-linux)");
        await workshop.BuildAsync("FROM busybox\nCOPY --from=client / /\n", "-t", "survivor", "--build-context", $"client={await MakeClientAsync()}");
        var marker = string.Create(CultureInfo.InvariantCulture, $"7{System.Environment.ProcessId}{System.Environment.TickCount64 % 1000}");
        var script = $"trap '' TERM INT HUP; (setsid {Setpriv} --pdeathsig clear sleep {marker} &); echo up; exec {Setpriv} --pdeathsig clear sleep {marker}";
        using var container = workshop.Program.Start("run", "--name", "survivor", "survivor", "sh", "-c", script);
        Assert.Equal("up", await container.StandardOutput.ReadLineAsync(Cancellation));
        while (CountSleepers(marker) < 2)
        {
            await Task.Delay(10, Cancellation);
        }

        container.Kill();
        await container.WaitForExitAsync(Cancellation);

        for (var attempt = 0; attempt < 200 && CountSleepers(marker) > 0; attempt++)
        {
            await Task.Delay(10, Cancellation);
        }

        Assert.Equal(0, CountSleepers(marker));
        Assert.Contains("Dead", await workshop.Program.SucceedAsync(Cancellation, "ps", "-a"), StringComparison.Ordinal);
        await workshop.Program.SucceedAsync(Cancellation, "rm", "survivor");
        await workshop.BuildAsync("FROM busybox\nRUN true\n");
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(workshop.Program.Store, "sessions")));
    }

    [Theory]
    [InlineData("--ignore-signal")]
    [InlineData("--block-signal")]
    public async Task A_container_inherits_no_signal_settings(string option)
    {
        var run = workshop.Program.Command("run", "--rm", "busybox", "grep", "-E", "Sig(Blk|Ign|Cgt)", "/proc/self/status");

        var output = await new Command("env", [option, run.Program, .. run.Arguments]) { Environment = run.Environment }.SucceedAsync(Cancellation);

        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\nSigCgt:\t0000000000000000\n", output);
    }

    [Fact]
    public async Task A_step_inherits_no_signal_settings()
    {
        var build = workshop.Command("FROM busybox\nRUN [\"grep\", \"-E\", \"Sig(Blk|Ign|Cgt)\", \"/proc/self/status\"]\n");

        var result = await new Command("env", ["--ignore-signal=INT,HUP,PIPE,XFSZ,QUIT,CHLD,USR1,RTMIN", build.Program, .. build.Arguments]) { Environment = build.Environment }
            .RunAsync(Cancellation);

        Assert.Contains("SigIgn:\t0000000000000000", result.Error, StringComparison.Ordinal);
        Assert.Contains("SigCgt:\t0000000000000000", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task A_signal_that_was_ignored_from_the_start_stays_ignored(string signal)
    {
        var build = workshop.Command("FROM busybox\nRUN echo begun; sleep 2; echo survived\n");
        var nohup = new Command("env", [$"--ignore-signal={signal}", build.Program, .. build.Arguments]) { Environment = build.Environment };
        using var process = nohup.Start();
        var error = await ReadUntilEndAsync(process, "begun", () => new Command("kill", $"-{signal}", $"{process.Id}").SucceedAsync(Cancellation));
        await process.WaitForExitAsync(Cancellation);

        Assert.Contains("survived", error, StringComparison.Ordinal);
        Assert.Equal(0, process.ExitCode);
    }

    private static async Task<string> ReadUntilEndAsync(Process process, string word, Func<Task> then)
    {
        var text = "";
        while (await process.StandardError.ReadLineAsync(Cancellation) is { } line)
        {
            text += line + '\n';
            if (line.EndsWith(word, StringComparison.Ordinal))
            {
                await then();
            }
        }

        return text;
    }

    private static int CountSleepers(string marker) => Directory.EnumerateDirectories("/proc").Count(process =>
    {
        try
        {
            return File.ReadAllText(process + "/cmdline").Contains($"sleep\0{marker}\0", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private static async Task<string> DigestAsync() => await new Command("sha256sum", SharpBuildProgram.Program!).SucceedAsync(Cancellation);

    // The host's setpriv with the libraries that it is linked with.
    private async Task<string> MakeClientAsync()
    {
        var client = workshop.Outside("client");
        var script = $"for f in {Setpriv} $(ldd {Setpriv} | grep -o '/[^ ]*'); do install -D -m 755 \"$f\" \"$0$f\"; done";
        await new Command("/bin/bash", "-euc", script, client).SucceedAsync(Cancellation);
        return client;
    }
}
