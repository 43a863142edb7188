using System.Collections.Immutable;
using System.Text;
using SharpBuild.Builder;
using SharpBuild.Builder.Planning;
using SharpBuild.Image;
using SharpBuild.Parser;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Builder;

public sealed class PlannerTests
{
    private static readonly Platform Amd64 = Platform.Parse("linux/amd64");

    [Fact]
    public void A_plan_holds_only_what_the_target_needs() => Golden.Verify(Render("""
        FROM base AS unused
        RUN echo never
        FROM base AS build
        ARG VERSION=1
        ENV MODE=release
        WORKDIR /src
        COPY . .
        RUN make VERSION=$VERSION
        FROM scratch
        COPY --from=build /src/app /app
        ENTRYPOINT ["/app"]
        """));

    [Fact]
    public void Every_instruction_leaves_its_mark_on_config_and_history() => Golden.Verify(Render("""
        FROM base
        ARG X=1 Y
        ENV A=b C="d e"
        workdir w/x
        RUN <<EOF
        echo heredoc
        EOF
        RUN ["echo", "x"]
        COPY --chown=1:2 --chmod=644 a b ./
        COPY <<EOF /etc/hd
        text $A
        EOF
        ADD f.tar /add/
        LABEL a=b "c d"=e
        USER 1000:1000
        EXPOSE 80 443/udp
        VOLUME /data /d2
        HEALTHCHECK --interval=5s --retries=3 CMD wget -q localhost
        SHELL ["/bin/ash", "-c"]
        STOPSIGNAL SIGTERM
        ENTRYPOINT ["/x"]
        CMD echo hi $A
        ONBUILD RUN echo $A
        MAINTAINER me
        """, o => o with { BuildArguments = o.BuildArguments.Add("Y", "yy"), Labels = o.Labels.Add("zz", "1") }));

    [Fact]
    public void Equal_work_in_two_stages_is_one_step() => Golden.Verify(Render("""
        FROM base AS a
        RUN make
        FROM base AS b
        RUN make
        RUN make b
        FROM scratch
        COPY --from=a /x /x
        COPY --from=b /x /y
        """));

    [Fact]
    public void Triggers_of_a_base_image_run_right_after_from_and_are_not_handed_on() => Golden.Verify(Render("""
        FROM onbuild AS child
        RUN echo own
        FROM child
        RUN echo grandchild
        """));

    [Fact]
    public void Several_platforms_are_one_graph_in_which_equal_work_is_one_step() => Golden.Verify(RenderAll("""
        FROM --platform=$BUILDPLATFORM base AS tools
        RUN make tools
        FROM --platform=$BUILDPLATFORM tools AS build
        ARG TARGETARCH
        RUN make ARCH=$TARGETARCH
        FROM base
        COPY --from=build /out /
        RUN true
        """, "linux/amd64", "linux/arm64", "linux/arm/v7"));

    [Fact]
    public void Images_of_all_platforms_are_asked_for_at_once()
    {
        var needed = Assert.IsType<ImagesNeeded>(PlatformPlanner.Plan(Request("FROM base", o => o with { Platforms = [Amd64, Platform.Parse("arm64")] }, ImmutableDictionary<ImageKey, ResolvedImage>.Empty)));
        Assert.Equal(["linux/amd64", "linux/arm64"], needed.Images.Select(use => use.Key.Platform.ToString()));
    }

    [Fact]
    public void Images_are_asked_for_before_their_environment_is_judged()
    {
        var result = Assert.IsType<ImagesNeeded>(Plan("FROM base\nRUN x\nENV Y=${PATH_OF_BASE:?unset}\n", o => o, ImmutableDictionary<ImageKey, ResolvedImage>.Empty));
        Assert.Equal("docker.io/library/base:latest", Assert.Single(result.Images).Key.Reference.ToString());
    }

    [Theory]
    [InlineData("FROM $NONE", "SB1503")]
    [InlineData("FROM --platform=$NONE base", "SB1504")]
    [InlineData("FROM --platform=a/b/c/d base", "SB1505")]
    [InlineData("FROM base\nENV A=${B:?missing}", "SB1510")]
    [InlineData("FROM base:bad!", "SB1513")]
    [InlineData("FROM base AS first\nCOPY --from=later / /\nFROM base AS later\nFROM first", "SB1514")]
    [InlineData("FROM base\nARG P=http\nEXPOSE $P", "SB1520")]
    [InlineData("FROM base\nVOLUME \"\"", "SB1521")]
    [InlineData("FROM base\nARG S=SIGNONE\nSTOPSIGNAL $S", "SB1522")]
    [InlineData("FROM base\nCOPY --from=7 / /", "SB1502")]
    [InlineData("FROM base\nADD --checksum=sha256:1 x /", "SB1531")]
    [InlineData("FROM base\nADD --checksum=sha256:1 https://example.com/a https://example.com/b /", "SB1005")]
    [InlineData("FROM base\nCOPY https://example.com/x /", "SB1532")]
    [InlineData("FROM base\nCOPY git@example.com:x /", "SB1532")]
    [InlineData("FROM base\nADD https://example.com/x.git?tag=a&branch=b /", "SB1534")]
    [InlineData("FROM base\nADD --keep-git-dir https://example.com/x.git?keep-git-dir=0 /", "SB1534")]
    [InlineData("FROM base\nADD --checksum=ab https://example.com/x.git?commit=cd /", "SB1534")]
    [InlineData("FROM base\nADD --checksum=sha256:12 https://example.com/x /", "SB1535")]
    [InlineData("FROM base\nADD --checksum=main https://example.com/x.git /", "SB1535")]
    [InlineData("FROM base\nARG M=9\nCOPY --chmod=$M a b", "SB1533")]
    [InlineData("FROM base\nRUN --security=insecure x", "SB1540")]
    [InlineData("FROM base\nRUN --network=host x", "SB1540")]
    [InlineData("FROM base\nRUN --mount=target=/ x", "SB1543")]
    [InlineData("FROM scratch\nRUN --mount=type=bind x", "SB1543")]
    [InlineData("FROM scratch\nRUN --mount=type=cache,target= x", "SB1543")]
    [InlineData("FROM scratch\nRUN --mount=type=tmpfs,target=. x", "SB1543")]
    [InlineData("FROM scratch\nWORKDIR /w\nRUN --mount=target=.. x", "SB1543")]
    [InlineData("FROM base\nRUN --device=required x", "SB1542")]
    [InlineData("FROM base\nRUN --device=a/b=c,required=perhaps x", "SB1542")]
    public void A_wrong_instruction_is_refused_at_its_place(string text, string code)
    {
        var exception = Assert.Throws<DockerfileException>(() => Plan(text, o => o, Images()));
        Assert.Equal(code, exception.Errors[0].Code);
    }

    [Theory]
    [InlineData("type=bind", "/w", null)]
    [InlineData("from=,target=", "/w", null)]
    [InlineData("type=tmpfs", "/w", null)]
    [InlineData("type=cache", "/w", ".")]
    [InlineData("type=cache,id=,target=./a/../b/", "/w/b", "b")]
    [InlineData("type=cache,target=/x/./", "/x", "/x")]
    [InlineData("type=secret,id=a/b", "/run/secrets/b", "a/b")]
    [InlineData("type=secret,source=a/b,id=", "/run/secrets/b", "a/b")]
    [InlineData("type=secret,target=s/t", "/w/s/t", "t")]
    [InlineData("type=ssh,target=", "/run/buildkit/ssh_agent.0", null)]
    public void What_a_mount_leaves_out_has_a_default(string mount, string target, string? id)
    {
        var plan = Assert.IsType<FinishedPlan>(Plan($"FROM base\nWORKDIR /w\nRUN --mount={mount} x", o => o, Images()));
        var found = Assert.Single(plan.Graph.Steps.OfType<RunStep>().Single().Mounts);
        Assert.Equal((target, id), (found.Target, found.Options.Id));
        Assert.Equal(found.Options.Kind == SharpBuild.Parser.Syntax.MountKind.Bind, found.Source is not null);
    }

    // Recorded from BuildKit.
    [Theory]
    [InlineData("RUN echo $A ${E} $HOME ${N:-d} ${A:+alt} '$A' \"$A $HOME\" \\$A #c", "RUN echo aval eval $HOME ${N:-d} alt '$A' \"aval $HOME\" $A #c")]
    [InlineData("RUN echo ${A#a} ${N#a} ${E/e/x}", "RUN echo val ${N#a} xval")]
    [InlineData("run [\"echo\", \"$A\", \"$HOME\"]", "RUN [\"echo\", \"aval\", \"$HOME\"]")]
    [InlineData("RUN <<EOT\necho $A\nEOT", "RUN <<EOT (echo aval)")]
    [InlineData("RUN <<EOT\necho it's $A\nEOT", "RUN <<EOT (echo it's $A)")]
    [InlineData("RUN --mount=type=bind,target=/x$A echo \"a'b\"", "RUN --mount=type=bind,target=/xaval echo \"a'b\"")]
    [InlineData("COPY f $HOME/foo", "COPY f /foo")]
    [InlineData("COPY \"f\" \"$A/foo\"", "COPY f aval/foo")]
    [InlineData("COPY f $A/$N/${N}/x", "COPY f aval///x")]
    [InlineData("COPY [\"f\", \"$A/${E}/\"]", "COPY [f, aval/eval/]")]
    [InlineData("COPY <<EOT $A/hd\n$A\nEOT", "COPY <<EOT aval/hd")]
    [InlineData("add f $SP", "ADD f a b")]
    [InlineData("WORKDIR $N/w", "WORKDIR /w")]
    [InlineData("workdir /${N:-x}", "WORKDIR /x")]
    public void Progress_shows_variables_with_their_values(string instruction, string shown)
    {
        var plan = Assert.IsType<FinishedPlan>(Plan($"FROM base\nARG A=aval N\nENV E=eval SP=\"a b\"\n{instruction}", o => o, Images()));
        Assert.Equal($"[2/2] {shown}", plan.Graph.Steps[^1].Name);
    }

    [Fact]
    public void Stages_in_thousands_are_planned_or_refused_but_never_too_much()
    {
        var chain = "FROM base AS s0\n" + string.Concat(Enumerable.Range(1, 20_000).Select(i => $"FROM s{i - 1} AS s{i}\nENV A{i}=x\n"));
        Assert.Equal(20_002, Assert.IsType<FinishedPlan>(Plan(chain, o => o, Images())).Config.Config.Env.Length);
        var copies = "FROM base AS s0\n" + string.Concat(Enumerable.Range(1, 20_000).Select(i => $"FROM base AS s{i}\nCOPY --from=s{i - 1} / /\n"));
        Assert.Equal("SB1537", Assert.Throws<DockerfileException>(() => Plan(copies, o => o, Images())).Errors[0].Code);
    }

    [Fact]
    public void What_the_command_line_allows_a_step_may_have()
    {
        const string text = "FROM base\nRUN --security=insecure --network=host x";
        var plan = Assert.IsType<FinishedPlan>(Plan(text, o => o with { Allowed = new() { HostNetwork = true, InsecureSecurity = true } }, Images()));
        Assert.True(Assert.Single(plan.Graph.Steps.OfType<RunStep>()).IsInsecure);
        Assert.IsType<FinishedPlan>(Plan("FROM base\nRUN --network=host x", o => o with { Network = "host" }, Images()));
    }

    [Fact]
    public void What_limits_a_process_counts_and_what_limits_a_machine_does_not()
    {
        Assert.Equal(KeyOf(o => o), KeyOf(o => o with { Resources = new() { Memory = 1 << 30 } }));
        Assert.Equal(KeyOf(o => o with { ExtraHosts = [("h", "1.2.3.4")] }), KeyOf(o => o with { ExtraHosts = [("h", "5.6.7.8")] }));
        Func<BuildOptions, BuildOptions>[] changes =
        [
            o => o,
            o => o with { ShmSize = 1 << 20 },
            o => o with { Ulimits = [new("nofile", 1, 2)] },
            o => o with { CgroupParent = "/builds" },
            o => o with { ExtraHosts = [("h", "1.2.3.4")] },
            o => o with { Network = "none" },
            o => o with { Platform = Platform.Parse("linux/s390x") },
            o => o with { BuildArguments = o.BuildArguments.Add("BUILDKIT_SANDBOX_HOSTNAME", "box") },
        ];
        Assert.Distinct(changes.Select(KeyOf));

        static string KeyOf(Func<BuildOptions, BuildOptions> change) =>
            Assert.IsType<FinishedPlan>(Plan("FROM scratch\nRUN make", change, Images())).Target.Definition.ToString();
    }

    [Fact]
    public void Files_from_outside_are_steps_of_their_own_and_equal_ones_are_one() => Golden.Verify(Render("""
        FROM base
        ARG V=1.2
        ADD https://example.com/tool-$V.tar.gz /tmp/
        ADD --unpack --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/a[b].tar /opt/
        ADD --keep-git-dir https://example.com/project.git?branch=main /src
        ADD https://example.com/tool-1.2.tar.gz https://example.com/project.git#v1:docs local /mixed/
        """));

    [Fact]
    public void A_named_context_stands_in_for_stages_images_and_sources() => Golden.Verify(Render("""
        FROM nowhere AS replaced
        RUN never
        FROM docker.io/library/pinned:latest AS first
        COPY --from=files / /files
        COPY --from=replaced / /replaced
        FROM tree
        COPY --from=first / /first
        RUN --mount=from=site,target=/site true
        """, o => o with
    {
        BuildContexts = o.BuildContexts
            .Add("replaced", "https://example.com/project.git#main").Add("pinned", "docker-image://base")
            .Add("files", "/some/where").Add("tree", "/else/where").Add("site", "https://example.com/site.tar").Add("unused", "docker-image://NOT:AN:IMAGE"),
    }));

    [Fact]
    public void A_named_context_for_a_platform_wins_over_one_for_all()
    {
        var contexts = new NamedContexts(ImmutableDictionary<string, string>.Empty.Add("a", "/all").Add("a:latest::linux/arm64", "/arm"));
        Assert.Equal("a", contexts.Find("docker.io/library/a", Amd64)?.Name);
        Assert.Equal("a:latest::linux/arm64", contexts.Find("a", Platform.Parse("linux/arm64"))?.Name);
        Assert.Null(contexts.Find("b", Amd64));
    }

    [Theory]
    [InlineData("docker-image://NOT OK")]
    [InlineData("oci-layout://dir:@sha256:1")]
    [InlineData("https://example.com/x.git?nope=1")]
    public void A_named_context_that_makes_no_sense_fails_when_it_is_used(string place) => Assert.Equal(
        "SB1516",
        Assert.Throws<BuildException>(() => Plan("FROM x", o => o with { BuildContexts = o.BuildContexts.Add("x", place) }, Images())).Code);

    [Fact]
    public void An_unknown_target_names_the_nearest_stage()
    {
        var exception = Assert.Throws<BuildException>(() => Plan("FROM base AS build\n", o => o with { Target = "biuld" }, Images()));
        Assert.Equal("SB1501", exception.Code);
        Assert.Contains("build", exception.Hint, StringComparison.Ordinal);
    }

    private static string RenderAll(string dockerfile, params IEnumerable<string> names)
    {
        ImmutableArray<Platform> platforms = [.. names.Select(Platform.Parse)];
        var images = platforms.ToImmutableDictionary(p => new ImageKey(ImageReference.Parse("base"), p), p => Image("base", ContainerConfig.Empty, p));
        var plan = Assert.IsType<BuildPlan>(PlatformPlanner.Plan(Request(dockerfile, o => o with { Platforms = platforms }, images)));
        var steps = plan.Graph.Steps.Select((step, number) => $"{number}: {step.Kind} {step.Name} ({string.Join(", ", step.Inputs.Select(plan.Graph.Steps.IndexOf))})\n");
        var targets = plan.Images.Select(image => $"{image.Platform}: {plan.Graph.Steps.IndexOf(image.Target)}, {image.Config.Platform}\n");
        return string.Concat([.. steps, .. targets]);
    }

    private static string Render(string dockerfile, Func<BuildOptions, BuildOptions>? change = null)
    {
        var plan = Assert.IsType<FinishedPlan>(Plan(dockerfile, change ?? (o => o), Images()));
        var text = new StringBuilder();
        foreach (var step in plan.Graph.Steps)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{step.Kind} {step.Name}\n");
            using var key = new SharpBuild.Cache.CacheKeyBuilder(step.Kind);
            step.Describe(key);
            foreach (var part in key.Parts.Skip(1).Where(p => p.Value.Length > 0))
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"    {part.Name}: {part.Value}\n");
            }
        }

        return text.Append(Encoding.UTF8.GetString(ImageJson.Serialize(plan.Config)).Replace("},{", "},\n{", StringComparison.Ordinal)).Append('\n').ToString();
    }

    private static PlanResult Plan(string dockerfile, Func<BuildOptions, BuildOptions> change, ImmutableDictionary<ImageKey, ResolvedImage> images) =>
        Planner.Plan(Request(dockerfile, change, images), new());

    private static PlanRequest Request(string dockerfile, Func<BuildOptions, BuildOptions> change, ImmutableDictionary<ImageKey, ResolvedImage> images) => new()
    {
        Dockerfile = DockerfileParser.Parse(new SourceText("Dockerfile", dockerfile)).GetOrThrow(),
        Options = change(new BuildOptions { Context = "/context", Platform = Amd64 }),
        Images = images,
        BuildPlatform = Amd64,
    };

    private static ImmutableDictionary<ImageKey, ResolvedImage> Images() => ImmutableDictionary<ImageKey, ResolvedImage>.Empty
        .Add(KeyOf("base"), Image("base", ContainerConfig.Empty with { Env = ["PATH=/bin", "LANG=C"], Cmd = ["sh"] }))
        .Add(KeyOf("onbuild"), Image("onbuild", ContainerConfig.Empty with { OnBuild = ["RUN echo trigger", "COPY --from=base /x /x"] }));

    private static ImageKey KeyOf(string name) => new(ImageReference.Parse(name), Amd64);

    private static ResolvedImage Image(string name, ContainerConfig config, Platform? platform = null) => new(ImageReference.Parse(name), Digest.Compute(Encoding.UTF8.GetBytes(name + platform)), ImageConfig.ForPlatform(platform ?? Amd64) with
    {
        Config = config,
        RootFs = new RootFs([Digest.Compute(Encoding.UTF8.GetBytes("layer" + platform))]),
        History = [new HistoryEntry(DateTimeOffset.UnixEpoch, "imported")],
    });
}
