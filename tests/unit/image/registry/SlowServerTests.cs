using System.Net;
using SharpBuild.Image;
using SharpBuild.Image.Registry;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Image.Registry;

/// <summary>Servers that send a byte now and then. Each look at the clock finds ten seconds gone.</summary>
public sealed class SlowServerTests : IAsyncDisposable
{
    private readonly FakeRegistry registry = new();
    private readonly RegistryClient client;

    public SlowServerTests() => client = new(new RegistryOptions { Clock = new HastyClock(), MaximumAttempts = 2 });

    [Fact]
    public async Task A_blob_that_trickles_is_given_up()
    {
        var blob = registry.AddBlob(new byte[1_000_000]);
        registry.Intercept = context => TrickleAsync(context, 1_000_000);
        await using var stream = await client.OpenBlobAsync(Reference, blob, Cancellation);
        var failure = await Assert.ThrowsAsync<ImageException>(() => stream.CopyToAsync(Stream.Null, Cancellation));
        Assert.Equal(ImageErrorCodes.Network, failure.Code);
        Assert.Contains("less than 1024 bytes a second", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hangs_up_after_each_byte_is_given_up()
    {
        var blob = registry.AddBlob(new byte[1_000_000]);
        registry.BreaksAfter = 1;
        await using var stream = await client.OpenBlobAsync(Reference, blob, Cancellation);
        await Assert.ThrowsAsync<ImageException>(() => stream.CopyToAsync(Stream.Null, Cancellation));
        Assert.InRange(registry.Requests.Count, 2, 1000);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(403)]
    public async Task A_manifest_or_a_reason_that_trickles_is_given_up(int status)
    {
        registry.Intercept = context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = MediaTypes.OciManifest;
            return TrickleAsync(context, 1_000_000);
        };
        await Assert.ThrowsAsync<ImageException>(() => client.ResolveAsync(Reference, Cancellation));
    }

    [Fact]
    public async Task A_token_that_trickles_is_given_up()
    {
        registry.UsesTokens = true;
        registry.Intercept = context => context.Request.Url!.AbsolutePath == "/token" ? TrickleAsync(context, 1_000_000) : Task.FromResult(false);
        await Assert.ThrowsAsync<ImageException>(() => client.ResolveAsync(Reference, Cancellation));
    }

    [Fact]
    public async Task Who_stops_is_not_kept_waiting()
    {
        using var slow = new RegistryClient(new RegistryOptions());
        var blob = registry.AddBlob(new byte[1_000_000]);
        registry.Intercept = context => TrickleAsync(context, 1_000_000);
        using var stop = new CancellationTokenSource();
        await using var stream = await slow.OpenBlobAsync(Reference, blob, stop.Token);
        var reading = stream.CopyToAsync(Stream.Null, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(1), Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await registry.DisposeAsync();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ImageReference Reference => ImageReference.Parse($"{registry.Address}/app");

    private static async Task<bool> TrickleAsync(HttpListenerContext context, int length)
    {
        context.Response.ContentLength64 = length;
        for (var sent = 0; sent < length; sent++)
        {
            await context.Response.OutputStream.WriteAsync("x"u8.ToArray(), Cancellation);
            await context.Response.OutputStream.FlushAsync(Cancellation);
            await Task.Delay(10, Cancellation);
        }

        return true;
    }

    private sealed class HastyClock : TimeProvider
    {
        private long seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Interlocked.Add(ref seconds, 10);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime < TimeSpan.FromSeconds(30) && dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
    }
}
