using System.Collections.Immutable;
using SharpBuild.Builder;
using SharpBuild.Builder.Events;
using SharpBuild.Cli.Rendering;
using SharpBuild.Cli.Rendering.Pipelines;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Cli;

public sealed class PipelineRendererTests
{
    [Theory]
    [InlineData("GITHUB_ACTIONS")]
    [InlineData("TF_BUILD")]
    [InlineData("GITLAB_CI")]
    public void A_service_gets_groups_and_annotations(string service)
    {
        var log = Render(service, SampleBuild.Succeeding, failure: null) + "=== failing\n" + Render(service, SampleBuild.Failing, SampleBuild.Failure);
        Golden.Verify(log.Replace("\e", "<esc>").Replace("\r", "<cr>"), service);
    }

    [Fact]
    public void GitHub_gets_outputs_and_a_summary()
    {
        using var directory = new TemporaryDirectory();
        _ = Render("GITHUB_ACTIONS", SampleBuild.Succeeding, null, new() { ["GITHUB_OUTPUT"] = directory["output"], ["GITHUB_STEP_SUMMARY"] = directory["summary"] });
        Assert.StartsWith("imageid=sha256:", File.ReadAllText(directory["output"]), StringComparison.Ordinal);
        Assert.Contains("`docker.io/library/hello:latest`", File.ReadAllText(directory["summary"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::set-output name=x::1", ": :set-output name=x::1")]
    [InlineData("  ::error::x", "  : :error::x")]
    [InlineData("text ##vso[task.complete]x", "text # #vso[task.complete]x")]
    [InlineData("##VSO[task.complete]x", "# #vso[task.complete]x")]
    [InlineData("a ##[error]b", "a # #[error]b")]
    [InlineData("a\r::error::b", "a ::error::b")]
    [InlineData("\e[0Ksection_start:1:x\r\e[0Ktitle", "section_start :1:x title")]
    [InlineData("\u200e::error::x", ": :error::x")]
    [InlineData("#\e[m#[error]b", "# #[error]b")]
    [InlineData("##teamcity[setParameter name='x']", "# #teamcity[setParameter name='x']")]
    [InlineData("a :: b", "a :: b")]
    public void What_a_step_writes_is_no_command(string written, string shown) => Assert.Equal(shown, WorkflowCommands.Defuse(DisplayText.Clean(written)));

    [Fact]
    public void Output_cannot_forge_a_command_wherever_it_is_shown()
    {
        const string Forged = "::set-output name=x::1";
        var failure = SampleBuild.Failure with { OutputTail = [Forged, "\r##vso[task.complete]"], Excerpt = Forged + "\n", Hint = "a\n" + Forged, Places = [] };
        var log = Render("GITHUB_ACTIONS", SampleBuild.Failing, failure);
        Assert.DoesNotContain("\n::set-output", log, StringComparison.Ordinal);
        Assert.DoesNotContain("##vso[", log, StringComparison.Ordinal);
    }

    [Fact]
    public void Outside_of_a_service_nothing_changes() => Assert.Null(PipelineDialect.Detect(_ => null));

    private static string Render(string service, ImmutableArray<BuildEvent> events, FailureReport? failure, Dictionary<string, string>? environment = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var dialect = PipelineDialect.Detect(name => name == service ? "True" : name is "GITHUB_WORKSPACE" or "BUILD_SOURCESDIRECTORY" or "CI_PROJECT_DIR" ? "/work" : environment?.GetValueOrDefault(name))!;
        using var renderer = new PipelineRenderer(new SafeWriter(output), dialect, "/work/shop/Dockerfile", showsDetails: false);
        foreach (var happened in events)
        {
            renderer.Handle(happened);
        }

        renderer.Finish(SampleBuild.At(10), failure);
        return output.ToString();
    }
}
