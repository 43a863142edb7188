using System.Threading.Channels;
using SharpBuild.Builder;
using SharpBuild.Builder.Events;
using SharpBuild.Cache;
using SharpBuild.Image.Registry;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>Progress tells of every step, whoever is faster.</summary>
public sealed class ProgressSpecs : IDisposable
{
    private readonly SharpBuild.Testing.TemporaryDirectory work = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => work.Dispose();

    // The writer holds the builder up at the first step from the cache until another step works, if one does meanwhile.
    [Fact]
    public async Task A_step_that_starts_early_hides_no_other()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "overlayfs needs root");
        work.Write(
            "context/Dockerfile",
            """
            FROM scratch AS a
            WORKDIR /first
            FROM scratch AS b
            COPY one /
            COPY two /
            FROM scratch
            COPY --from=a / /
            COPY --from=b / /
            """);
        work.Write("context/one", "1");
        work.Write("context/two", "2");
        using var store = Store.Open(new StoreOptions(work["store"], InUserNamespace: false, TimeProvider.System));
        await BuildAsync(store, new SlowReader(""));
        work.Write("context/two", "changed");
        var reader = new SlowReader("WORKDIR /first");
        await BuildAsync(store, reader);

        var steps = reader.Heard.OfType<BuildPlanned>().Single().Steps;
        Assert.Equal(steps.Select(s => s.Id), reader.Heard.OfType<StepCompleted>().Select(c => c.Step).OrderBy(id => id.Number));
        Assert.Equal(
            ["WORKDIR /first", "COPY --from=a / /", "COPY one /"],
            from done in reader.Heard.OfType<StepCompleted>() where done.IsCached select steps.Single(s => s.Id == done.Step).Name.Split("] ")[1]);
    }

    [Fact]
    public async Task Builds_of_two_steps_show_both_every_time()
    {
        await using var workshop = await Workshop.OpenAsync();
        workshop.Write("Dockerfile", "FROM busybox\nCOPY Dockerfile /\n");
        for (var round = 0; round < 12; round++)
        {
            var result = await workshop.Program.RunAsync(Cancellation, "build", "--no-cache", "--progress", "plain", workshop.Context);
            Assert.StartsWith("#1 [1/2] FROM docker.io/library/busybox:latest\n#1 CACHED\n\n#2 [2/2] COPY Dockerfile /\n#2 DONE ", result.Error, StringComparison.Ordinal);
        }
    }

    private async Task BuildAsync(Store store, SlowReader reader)
    {
        using var registry = new RegistryClient(new RegistryOptions());
        await ImageBuilder.BuildAsync(new BuildOptions { Context = work["context"] }, new BuilderServices(store, registry, TimeProvider.System), reader, Cancellation);
    }

    private sealed class SlowReader(string name) : ChannelWriter<BuildEvent>
    {
        private readonly TaskCompletionSource started = new();

        public List<BuildEvent> Heard { get; } = [];

        public override bool TryWrite(BuildEvent item)
        {
            lock (Heard)
            {
                Heard.Add(item);
            }

            if (item is StepStarted)
            {
                started.TrySetResult();
            }
            else if (item is StepCompleted done && name.Length > 0 && Heard.OfType<BuildPlanned>().Single().Steps.Single(s => s.Id == done.Step).Name.EndsWith(name, StringComparison.Ordinal))
            {
                started.Task.Wait(TimeSpan.FromMilliseconds(500), Cancellation);
            }

            return true;
        }

        public override bool TryComplete(Exception? error = null) => true;

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => new(true);
    }
}
