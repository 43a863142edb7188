using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Volumes at places that links of the image lead to.</summary>
[Trait("Rootless", "also")]
public sealed class VolumeSpecs : IAsyncLifetime
{
    private Workshop workshop = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        workshop = await Workshop.OpenAsync();
        await workshop.BuildAsync(
            """
            FROM busybox
            RUN mkdir -p /real/deep '/st*r' /starr && echo data > /real/file && echo deep > /real/deep/file && touch '/st*r/right' /starr/wrong
            RUN chown 7:8 /real && chmod 751 /real && ln -s real /link && ln -s /link/deep /absolute && ln -s ../../../../real /upwards
            RUN ln -s loop /again && ln -s again /loop && ln -s / /rootlink && ln -s /missing/place /dangling && ln -s /real/file /tofile
            """,
            "-t", "links");
    }

    public async ValueTask DisposeAsync()
    {
        if (workshop is not null)
        {
            await workshop.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("/link", "751 7 8 data")]
    [InlineData("/link/", "751 7 8 data")]
    [InlineData("/upwards", "751 7 8 data")]
    [InlineData("/absolute", "755 0 0 deep")]
    [InlineData("/link/deep", "755 0 0 deep")]
    public async Task A_volume_gets_what_the_link_leads_to(string target, string expected)
    {
        string[] look = ["sh", "-c", $"echo $(stat -c '%a %u %g' {target}/) $(cat {target}/file); grep -c ' /real' /proc/mounts"];

        Assert.Equal($"{expected}\n1\n", await RunAsync(["-v", $"data:{target}", "links"], look));

        await workshop.BuildAsync($"FROM links\nVOLUME {target}\n", "-t", "volume");
        Assert.Equal($"{expected}\n1\n", await RunAsync(["volume"], look));
    }

    [Fact]
    public async Task A_volume_behind_a_dangling_link_starts_empty() =>
        Assert.Equal("0\n1\n", await RunAsync(["-v", "data:/dangling", "links"], ["sh", "-c", "ls /missing/place | wc -l; grep -c ' /missing/place ' /proc/mounts"]));

    [Fact]
    public async Task A_place_is_no_pattern() =>
        Assert.Equal("right\n", await RunAsync(["-v", "data:/st*r", "links"], ["ls", "/st*r"]));

    [Theory]
    [InlineData("/loop", "Too many levels of symbolic links")]
    [InlineData("/rootlink", "root directory")]
    [InlineData("/tofile", "no directory")]
    public async Task A_link_that_leads_to_no_directory_is_refused(string target, string reason)
    {
        var result = await workshop.Program.RunAsync(Cancellation, "run", "--rm", "-v", $"data:{target}", "links", "true");

        Assert.Equal(125, result.ExitCode);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
        Assert.Contains(target, result.Error, StringComparison.Ordinal);
    }

    private Task<string> RunAsync(string[] options, string[] command) =>
        workshop.Program.SucceedAsync(Cancellation, ["run", "--rm", .. options, .. command]);
}
