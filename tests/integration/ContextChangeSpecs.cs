using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Somebody works on the files of a context while they are built.</summary>
[Trait("Rootless", "also")]
public sealed class ContextChangeSpecs : IAsyncDisposable
{
    private readonly SharpBuildProgram sharpbuild = new();
    private readonly TemporaryDirectory work = new();

    public ContextChangeSpecs() => Assert.SkipUnless(SharpBuildProgram.Program is not null, SharpBuildProgram.NotPublished);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await sharpbuild.DisposeAsync();
        work.Dispose();
    }

    [Theory]
    [InlineData("COPY file /")]
    [InlineData("COPY . /")]
    [InlineData("ADD file /")]
    public async Task What_was_changed_during_a_build_is_in_its_image_and_in_no_later_one(string instruction)
    {
        await sharpbuild.ImportBusyboxAsync(Cancellation);
        work.Write("context/file", "first");
        work.Write(
            "context/Dockerfile",
            $"""
            FROM busybox
            RUN --mount=type=cache,target=/c touch /c/ready; until [ -e /c/go ]; do sleep 0.05; done
            {instruction}
            RUN cp /file /copy
            """);
        var building = sharpbuild.RunAsync(Cancellation, Build("one", "--cache-to", $"type=local,mode=max,dest={work["cache"]}"));
        var ready = await WaitForAsync("ready");
        work.Write("context/file", "other");
        await File.WriteAllTextAsync(Path.Join(Path.GetDirectoryName(ready), "go"), "", Cancellation);
        var built = await building;

        Assert.True(built.ExitCode == 0, built.ToString());
        Assert.Contains("\"/file\" was changed while the build ran", built.Error, StringComparison.Ordinal);
        Assert.Equal("other other", await ReadAsync("one"));

        work.Write("context/file", "first");
        await sharpbuild.SucceedAsync(Cancellation, Build("two"));
        Assert.Equal("first first", await ReadAsync("two"));

        await sharpbuild.SucceedAsync(Cancellation, "prune", "-af", "--filter", "type!=exec.cachemount");
        await sharpbuild.SucceedAsync(Cancellation, Build("three", "--cache-from", $"type=local,src={work["cache"]}"));
        Assert.Equal("first first", await ReadAsync("three"));
    }

    private string[] Build(string name, params string[] options) => ["build", "-t", name, .. options, work["context"]];

    private async Task<string> ReadAsync(string image) =>
        (await sharpbuild.SucceedAsync(Cancellation, "run", "--rm", image, "sh", "-c", "echo $(cat /file) $(cat /copy)")).TrimEnd();

    private async Task<string> WaitForAsync(string name)
    {
        while (true)
        {
            var mounts = Path.Join(sharpbuild.Store, "cache-mounts");
            if (Directory.Exists(mounts) && Directory.EnumerateFiles(mounts, name, SearchOption.AllDirectories).FirstOrDefault() is { } found)
            {
                return found;
            }

            await Task.Delay(20, Cancellation);
        }
    }
}
