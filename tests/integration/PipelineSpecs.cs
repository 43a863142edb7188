using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>The pipelines of <c>examples/ci</c>, played with the packed tool.</summary>
public sealed class PipelineSpecs(DotNetWorkshop workshop) : IClassFixture<DotNetWorkshop>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task I_can_copy_the_workflow_for_GitHub_Actions()
    {
        DotNetWorkshop.RequirePackages();
        await new Command("cp", "-r", SourceTree.Resolve("examples/hello"), workshop["repository"]).SucceedAsync(Cancellation);
        var runner = new WorkflowRunner(
            await File.ReadAllTextAsync(SourceTree.Resolve("examples/ci/github-actions.yml"), Cancellation),
            workshop["repository"],
            workshop.Command("repository").Environment);
        var log = await runner.RunAsync(name => name != "Let an ordinary user make containers", Cancellation);

        Assert.Contains("::group::#", log, StringComparison.Ordinal);
        Assert.Contains("Hello from BusyBox", log, StringComparison.Ordinal);
        Assert.Contains("`ghcr.io/example/shop:0123abc`", runner.Summary, StringComparison.Ordinal);
        Assert.StartsWith("sha256:", await File.ReadAllTextAsync(workshop["repository/image.id"], Cancellation), StringComparison.Ordinal);
        Assert.Contains("containerimage.digest", await File.ReadAllTextAsync(workshop["repository/image.json"], Cancellation), StringComparison.Ordinal);
    }
}
