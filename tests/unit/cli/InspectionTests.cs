using System.Text.Json;
using SharpBuild.Builder;
using SharpBuild.Builder.Inspection;
using SharpBuild.Cli;
using SharpBuild.Cli.Inspecting;
using SharpBuild.Image;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Cli;

public sealed class InspectionTests : IDisposable
{
    private const string Good = """
        # VERSION of the base
        ARG VERSION=13 UNUSED=1
        # build makes the program
        FROM --platform=linux/amd64 debian:$VERSION AS Build
        # key is not shown
        ARG key MODE=release VERSION
        RUN --mount=type=secret,id=token,required --mount=type=ssh --mount=type=cache,target=/c \
            make
        FROM scratch
        COPY --from=build /out /
        CMD ["/out"]

        """;

    private const string Warned = """
        FROM busybox AS Base
        ENV a b
        COPY missing "$a/<b>"
        CMD x

        """;

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Findings_are_shown_with_lines_carets_and_hints() => Golden.Verify(Print(static (output, report) => CheckText.Write(output, report), Warned));

    [Fact]
    public void Every_error_of_a_file_is_shown() =>
        Golden.Verify(Print(static (output, report) => CheckText.Write(output, report), "FROM busybox\nRUNN make\nCOPY a\nENV x=\"y\n"));

    [Fact]
    public void Nothing_found_is_said_too() =>
        Assert.Equal("Check complete, no warnings found.\n", Print(static (output, report) => CheckText.Write(output, report), "FROM scratch\nCMD [\"/x\"]\n"));

    [Fact]
    public void A_file_cannot_control_the_terminal() =>
        Assert.DoesNotContain('\e', Print(static (output, report) => CheckText.Write(output, report), "FROM a\nENV x\e[2J y\n"));

    [Fact]
    public void Findings_have_buildx_s_json() => Golden.Verify(Print(CheckJson.Write, Warned), extension: "json");

    [Fact]
    public void Errors_have_buildx_s_json() => Golden.Verify(Print(CheckJson.Write, "FROM busybox\nRUNN make\n"), extension: "json");

    [Fact]
    public void Findings_become_sarif() =>
        Golden.Verify(Print(static (output, report) => CheckSarif.Write(output, report, "deploy/Dockerfile", "1.2.3"), Warned), extension: "json");

    [Fact]
    public void Findings_become_a_report_for_GitLab() =>
        Golden.Verify(Print(static (output, report) => CheckCodeQuality.Write(output, report, "deploy/Dockerfile"), Warned), extension: "json");

    [Fact]
    public void GitLab_knows_a_finding_again_in_another_line_and_equal_ones_apart()
    {
        string[] Fingerprints(string dockerfile)
        {
            using var document = JsonDocument.Parse(Print(static (output, report) => CheckCodeQuality.Write(output, report, "Dockerfile"), dockerfile));
            return [.. document.RootElement.EnumerateArray().Select(finding => finding.GetProperty("fingerprint").GetString()!)];
        }

        var before = Fingerprints("FROM scratch\nCMD x\n");
        Assert.Equal(before, Fingerprints("# new\nFROM scratch\n\nCMD x\n"));
        var twice = Fingerprints("FROM scratch AS a\nCMD x\nFROM scratch\nCMD x\n");
        Assert.Equal(2, twice.Distinct().Count());
        Assert.Contains(before[0], twice);
    }

    [Fact]
    public void Sarif_has_what_the_schema_requires()
    {
        using var document = JsonDocument.Parse(Print(static (output, report) => CheckSarif.Write(output, report, "Dockerfile", "1.2.3"), Warned));
        var run = document.RootElement.GetProperty("runs")[0];
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        Assert.All(run.GetProperty("results").EnumerateArray(), result =>
        {
            Assert.Equal(result.GetProperty("ruleId").GetString(), rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
            Assert.NotEmpty(result.GetProperty("message").GetProperty("text").GetString()!);
            var region = result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region");
            Assert.True(region.GetProperty("startLine").GetInt32() >= 1 && region.GetProperty("startColumn").GetInt32() >= 1);
        });
    }

    [Fact]
    public void The_outline_of_the_last_stage_is_buildx_s() => Golden.Verify(PrintOutline(Options(Good)));

    [Fact]
    public void The_outline_of_a_target_knows_what_is_given() =>
        Golden.Verify(PrintOutline(Options(Good) with { Target = "build", BuildArguments = Options(Good).BuildArguments.Add("key", "1") }));

    [Fact]
    public void The_stages_are_listed_as_buildx_lists_them()
    {
        var (source, targets) = DockerfileInspection.ListTargets(Options(Good));
        Golden.Verify(Written(output =>
        {
            TargetsOutput.WriteText(output, targets);
            TargetsOutput.WriteJson(output, source, targets);
        }));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    [InlineData("mermaid")]
    [InlineData("dot")]
    public void A_graph_is_printed(string format)
    {
        var report = DockerfileInspection.Check(Options(Good));
        var graph = new StepGraph(
            report.Source,
            [new("sha256:aa", "image/1", "[build 1/2] FROM \"x\" <y>", [], new(0, 10)), new("sha256:bb", "run/1", "[build 2/2] RUN a\\b", ["sha256:aa", "sha256:aa"], null)],
            ["sha256:bb"]);
        Golden.Verify(Written(output => GraphOutput.Write(output, graph, format)), parameters: format);
    }

    [Fact]
    public void A_tree_is_printed_for_people()
    {
        var file = SharpBuild.Parser.DockerfileParser.Parse(new("Dockerfile", Good)).GetOrThrow();
        Golden.Verify(Written(output => SyntaxText.Write(output, file)));
    }

    [Fact]
    public void Checks_need_neither_the_base_image_nor_the_other_stages_of_a_target()
    {
        var options = Options("FROM nowhere.example/x AS a\nCMD x\nFROM scratch AS b\nCMD y\n");
        Assert.Equal(2, DockerfileInspection.Check(options).Findings.Length);
        Assert.Single(DockerfileInspection.Check(options with { Target = "b" }).Findings);
    }

    [Fact]
    public void Checks_look_at_each_platform_and_tell_a_finding_once()
    {
        var options = Options("FROM scratch AS on-amd64\nENV DIR=/x\nFROM scratch AS on-arm64\nFROM on-$TARGETARCH\nWORKDIR $DIR/y\nLABEL a b\n");
        string[] Rules(params string[] platforms) =>
            [.. DockerfileInspection.Check(options with { Platforms = [.. platforms.Select(SharpBuild.Image.Platform.Parse)] }).Findings.Select(static finding => finding.Rule!)];
        Assert.Equal(["LegacyKeyValueFormat"], Rules("linux/amd64"));
        Assert.Equal(["UndefinedVar", "LegacyKeyValueFormat"], Rules("linux/amd64", "linux/arm64"));
    }

    [Fact]
    public void A_build_argument_says_which_checks_run()
    {
        var options = Options("# check=error=true\nFROM scratch\nCMD x\n");
        Assert.Equal(SharpBuild.Parser.DiagnosticSeverity.Error, DockerfileInspection.Check(options).Findings[0].Severity);
        var skipping = options with { BuildArguments = options.BuildArguments.Add("BUILDKIT_DOCKERFILE_CHECK", "skip=all") };
        Assert.Empty(DockerfileInspection.Check(skipping).Findings);
        var wrong = options with { BuildArguments = options.BuildArguments.Add("BUILDKIT_DOCKERFILE_CHECK", "skp=all") };
        Assert.Equal("SB1014", Assert.Throws<BuildException>(() => DockerfileInspection.Check(wrong)).Code);
    }

    [Fact]
    public void The_ignore_file_and_the_context_are_looked_at()
    {
        File.WriteAllText(Path.Combine(directory.Path, ".dockerignore"), "secret\n");
        File.WriteAllText(Path.Combine(directory.Path, "secret"), "");
        File.WriteAllText(Path.Combine(directory.Path, "there"), "");
        var report = DockerfileInspection.Check(Options("FROM scratch\nCOPY there secret gone ./dir*/ https://example.com/x /\n"));
        Assert.Equal(["CopyIgnoredFile", "CopySourceMissing"], report.Findings.Select(static f => f.Rule));
    }

    [Theory]
    [InlineData("FROM scratch\nCOPY --from=later /a /b\nFROM scratch AS later\n", "SB1514")]
    [InlineData("FROM scratch\nCOPY --from=9 /a /b\n", "SB1502")]
    [InlineData("ARG X\nFROM $X\n", "SB1503")]
    [InlineData("FROM --platform=$X a\n", "SB1504")]
    [InlineData("FROM a:\n", "SB1513")]
    public void What_only_a_plan_shows_is_an_error_of_the_check(string text, string code) =>
        Assert.Equal(code, Assert.Single(DockerfileInspection.Check(Options(text)).Errors).Code);

    [Theory]
    [InlineData("check", 1, "text", false)]
    [InlineData("lint,format=json", 1, "json", false)]
    [InlineData("format=dot,graph", 4, "dot", false)]
    [InlineData("check,ignorestatus=true,format=sarif", 1, "sarif", true)]
    [InlineData("outline", 2, "text", false)]
    [InlineData("build", 0, "text", false)]
    public void A_call_is_read_as_buildx_reads_it(string text, int method, string format, bool ignores) =>
        Assert.Equal(new CallOption((CallMethod)method, format, ignores), CallOption.Parse(text));

    [Theory]
    [InlineData("chek", "--call: unknown method 'chek'; use one of build, check, outline, targets, graph; did you mean 'check'?")]
    [InlineData("outline,format=sarif", "outline has no format 'sarif'; use one of text, json")]
    [InlineData("check,x=y", "--call: 'x=y' is not understood: write METHOD[,format=FORMAT]")]
    public void A_call_that_makes_no_sense_is_refused(string text, string line) =>
        Assert.Equal(line, Assert.Throws<UsageException>(() => CallOption.Parse(text)).Line);

    [Theory]
    [InlineData(true, "--check", ".")]
    [InlineData(true, "--call", "outline", ".")]
    [InlineData(true, "--call=targets,format=json", ".")]
    [InlineData(false, "--call=graph", ".")]
    [InlineData(false, "--call=build", ".")]
    [InlineData(false, "-t", "x", ".")]
    public void Only_what_reads_the_file_alone_needs_no_privilege(bool isPure, params string[] words) => Assert.Equal(isPure, CallOption.IsPure(words));

    private BuildOptions Options(string text) => new() { Context = directory.Path, FileText = text, Platform = Platform.Parse("linux/amd64") };

    private string Print(Action<TextWriter, CheckReport> write, string text) => Written(output => write(output, DockerfileInspection.Check(Options(text))));

    private static string PrintOutline(BuildOptions options)
    {
        var (source, outline) = DockerfileInspection.ReadOutline(options);
        return Written(output =>
        {
            OutlineOutput.WriteText(output, outline);
            OutlineOutput.WriteJson(output, source, outline);
        });
    }

    private static string Written(Action<TextWriter> write)
    {
        using var writer = new StringWriter();
        write(writer);
        return writer.ToString();
    }
}
