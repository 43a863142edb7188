using System.Globalization;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>The mounts of RUN: caches, secrets, memory, and what they leave behind.</summary>
[Trait("Rootless", "also")]
public sealed class MountSpecs : IAsyncLifetime
{
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
    [InlineData("locked", false)]
    [InlineData("shared", true)]
    public async Task Two_builds_share_a_cache_one_after_the_other_or_at_once(string sharing, bool isAtOnce)
    {
        // Each waits two seconds for the other, which only comes when it may.
        const string script = "touch /c/in$N; for i in $(seq 20); do test -e /c/in1 -a -e /c/in2 && break; sleep 0.1; done; ls /c | tr '\\n' ' '; echo .; sleep 0.5; rm /c/in$N";
        var mount = $"--mount=type=cache,id=x,target=/c,sharing={sharing}";
        workshop.Write("Dockerfile", $"FROM busybox\nARG N\nRUN {mount} {script}\n");
        var builds = await Task.WhenAll(Start("1"), Start("2"));
        Assert.All(builds, build => Assert.Equal(0, build.ExitCode));
        Assert.Equal(isAtOnce, builds.All(build => build.Error.Contains(" in1 in2 .", StringComparison.Ordinal)));

        Task<CommandResult> Start(string number) =>
            workshop.Program.RunAsync(Cancellation, "build", "--progress", "plain", "--build-arg", $"N={number}", workshop.Context);
    }

    [Fact]
    public async Task A_private_cache_that_is_in_use_is_another_for_the_second()
    {
        const string mount = "--mount=type=cache,id=p,target=/c,sharing=private";
        workshop.Write("Dockerfile", $"FROM busybox\nARG N\nRUN {mount} touch /c/in$N; sleep 1; ls /c | tr '\\n' ' '; echo .\n");
        var builds = await Task.WhenAll(Start("1"), Start("2"));
        Assert.Contains(" in1 .", builds[0].Error, StringComparison.Ordinal);
        Assert.Contains(" in2 .", builds[1].Error, StringComparison.Ordinal);

        Task<CommandResult> Start(string number) =>
            workshop.Program.RunAsync(Cancellation, "build", "--progress", "plain", "--build-arg", $"N={number}", workshop.Context);
    }

    [Fact]
    public async Task A_locked_cache_can_be_mounted_twice_and_two_steps_never_wait_for_each_other()
    {
        const string a = "--mount=type=cache,id=a,sharing=locked,target=";
        const string b = "--mount=type=cache,id=b,sharing=locked,target=";
        var steps = Enumerable.Range(0, 8).Select(n => (n, mounts: n % 2 == 0 ? $"{a}/a {b}/b {a}/c" : $"{b}/b {a}/a {b}/c"));
        var stages = string.Concat(steps.Select(s => string.Create(CultureInfo.InvariantCulture, $"FROM busybox AS s{s.n}\nRUN {s.mounts} echo {s.n} >> /a/log; touch /f{s.n}\n")));
        var copies = string.Concat(steps.Select(s => string.Create(CultureInfo.InvariantCulture, $"COPY --from=s{s.n} /f{s.n} /\n")));
        var result = await workshop.BuildAsync($"{stages}FROM busybox\n{copies}RUN {a}/a wc -l < /a/log\n");
        Assert.Matches(@"\d 8\n", result.Error);
    }

    [Fact]
    public async Task Mode_owner_seed_and_namespace_make_another_cache()
    {
        workshop.Write("seed/deep/file", "seeded");
        const string text = """
            FROM busybox
            ARG ROUND
            WORKDIR /w
            RUN --mount=type=cache,target=c touch c/$ROUND; ls c | tr '\n' ' '; echo plain
            RUN --mount=type=cache,id=c ls | tr '\n' ' '; echo elsewhere
            RUN --mount=type=cache,target=/w/c ls c | tr '\n' ' '; echo absolute
            RUN --mount=type=cache,target=c,uid=5,gid=6,mode=0701 touch c/own$ROUND; ls c | tr '\n' ' '; stat -c '%u %g %a owned' c
            RUN --mount=type=cache,target=c,from=seed,source=deep ls c | tr '\n' ' '; echo seed
            """;
        string[] seed = ["--build-context", $"seed={workshop.Context}/seed"];
        var first = await workshop.BuildAsync(text, [.. seed, "--build-arg", "ROUND=1"]);
        Assert.Contains(" 1 plain", first.Error, StringComparison.Ordinal);
        Assert.Contains(" 1 elsewhere", first.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(" 1 absolute", first.Error, StringComparison.Ordinal); // the id is the target as written
        Assert.Contains(" own1 5 6 701 owned", first.Error, StringComparison.Ordinal);
        Assert.Contains(" file seed", first.Error, StringComparison.Ordinal);

        var second = await workshop.BuildAsync(text, [.. seed, "--build-arg", "ROUND=2"]);
        Assert.Contains(" 1 2 plain", second.Error, StringComparison.Ordinal);
        var other = await workshop.BuildAsync(text, [.. seed, "--build-arg", "ROUND=3", "--build-arg", "BUILDKIT_CACHE_MOUNT_NS=n"]);
        Assert.Contains("] 3 plain".Replace("] ", " ", StringComparison.Ordinal), other.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(" 1 2 3 plain", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_cache_the_caches_of_the_steps_that_are_built_anew_are_empty()
    {
        const string text = """
            FROM busybox AS one
            ARG ROUND
            RUN --mount=type=cache,id=one,target=/c touch /c/$ROUND; ls /c | tr '\n' ' ' > /one
            FROM busybox AS two
            ARG ROUND
            RUN --mount=type=cache,id=two,target=/c touch /c/$ROUND; ls /c | tr '\n' ' ' > /two
            FROM busybox
            ARG ROUND
            COPY --from=one /one /
            COPY --from=two /two /
            RUN cat /one /two; echo $ROUND
            """;
        await workshop.BuildAsync(text, "--build-arg", "ROUND=1");
        Assert.Contains(" 2 1 2 2", (await workshop.BuildAsync(text, "--build-arg", "ROUND=2", "--no-cache-filter", "one")).Error, StringComparison.Ordinal);
        Assert.Contains(" 2 3 1 2 3 3", (await workshop.BuildAsync(text, "--build-arg", "ROUND=3")).Error, StringComparison.Ordinal);
        Assert.Contains(" 4 4 4", (await workshop.BuildAsync(text, "--build-arg", "ROUND=4", "--no-cache")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_reaches_the_process_and_nothing_else()
    {
        await File.WriteAllTextAsync(workshop.Outside("token"), "s3cr3t", Cancellation);
        string[] secret = ["--secret", $"id=token,src={workshop.Outside("token")}"];
        const string text = """
            FROM busybox
            ENV TOKEN=public
            RUN --mount=type=secret,id=token test "$(cat /run/secrets/token)" = s3cr3t && stat -c '%u %g %a at the usual place' /run/secrets/token
            RUN --mount=type=secret,id=token,env=TOKEN test "${TOKEN}" = s3cr3t && test ! -e /run/secrets/token && echo "env${TOKEN:+ is set}"
            RUN --mount=type=secret,id=token,target=/deep/er/t,uid=1,gid=2,mode=0440 stat -c '%u %g %a elsewhere' /deep/er/t
            RUN --mount=type=secret,id=none test ! -e /run/secrets/none
            RUN test "$TOKEN" = public && test ! -e /deep && test ! -e /run/secrets && echo nothing left
            """;
        var result = await workshop.BuildAsync(text, secret);
        Assert.Contains("0 0 400 at the usual place", result.Error, StringComparison.Ordinal);
        Assert.Contains("env is set", result.Error, StringComparison.Ordinal);
        Assert.Contains("test \"****\" = s3cr3t", result.Error, StringComparison.Ordinal);
        Assert.Contains("1 2 440 elsewhere", result.Error, StringComparison.Ordinal);
        Assert.Contains("nothing left", result.Error, StringComparison.Ordinal);

        // The value is no part of the key.
        await File.WriteAllTextAsync(workshop.Outside("token"), "other", Cancellation);
        Assert.DoesNotContain("usual place\n", (await workshop.BuildAsync(text, secret)).Error.Replace("at the usual place'", "", StringComparison.Ordinal), StringComparison.Ordinal);

        var missing = await workshop.TryBuildAsync("FROM busybox\nRUN --mount=type=secret,id=none,required cat /run/secrets/none\n");
        Assert.Contains("the secret 'none' is required, but was not given [SB3002]", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_has_the_size_that_I_ask_for_and_what_was_made_to_mount_on_is_gone()
    {
        var result = await workshop.BuildAsync("""
            FROM busybox
            RUN mkdir -p /kept/there
            RUN --mount=type=tmpfs,target=/made/for/this,size=1m --mount=type=tmpfs,target=/kept/there df -k /made/for/this | tail -n 1; touch /made/for/this/x /kept/there/x
            RUN test ! -e /made && test -d /kept/there && test ! -e /kept/there/x && echo as before
            """);
        Assert.Matches(@" 1024 +0 +1024 ", result.Error);
        Assert.Contains("as before\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mount_without_a_target_is_at_the_working_directory()
    {
        workshop.Write("file", "of the context");
        var result = await workshop.BuildAsync(
            """
            FROM busybox
            ARG NONE
            WORKDIR /a
            RUN --mount=type=cache touch one
            WORKDIR /b
            RUN --mount=type=cache ls | tr '\n' ' '; echo cached
            RUN --mount=type=cache,target=$NONE,from= ls | tr '\n' ' '; echo empty
            RUN --mount=type=tmpfs grep -c ' /b tmpfs ' /proc/mounts
            RUN --mount=type=bind cat file; echo .
            RUN --mount=type=bind,from=,target=/c cat /c/file; echo from
            RUN --mount=type=secret,id=deep/name,required cat /run/secrets/name; echo secret
            RUN touch made; ls | tr '\n' ' '; echo left
            """,
            "--secret", $"id=deep/name,src={workshop.Context}/file");
        foreach (var line in new[] { " one cached", " one empty", " 1\n", " of the context.", " of the contextfrom", " of the contextsecret", " made left" })
        {
            Assert.Contains(line, result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_an_exception_takes_back_in_is_mounted()
    {
        workshop.Write(".dockerignore", "*\n!src/*\n");
        workshop.Write("src/deep/file", "kept");
        workshop.Write("other/file", "dropped");
        var result = await workshop.BuildAsync(
            """
            FROM busybox
            WORKDIR /w
            RUN --mount=type=bind find . | sort | tr '\n' ' '; echo mounted
            COPY . /c/
            COPY --exclude=* --exclude=!*/deep/** . /e/
            RUN find /c /e | sort | tr '\n' ' '; echo copied
            """);
        Assert.Contains(" . ./src ./src/deep ./src/deep/file mounted", result.Error, StringComparison.Ordinal);
        Assert.Contains(" /c /c/src /c/src/deep /c/src/deep/file /e /e/src /e/src/deep /e/src/deep/file copied", result.Error, StringComparison.Ordinal);
    }
}
