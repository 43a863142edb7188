using System.Net;
using SharpBuild.Image;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Image.Registry;

public sealed class MirrorTests : RegistryTest, IAsyncDisposable
{
    private readonly FakeRegistry mirror = new();

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await mirror.DisposeAsync();
        await DisposeAsync();
    }

    [Fact]
    public async Task A_mirror_is_asked_first_and_the_registry_not_at_all()
    {
        mirror.AddImage("app");
        await Client(hubMirrors: [mirror.Url]).ResolveAsync(Reference("app"), Cancellation);
        Assert.Empty(Registry.Requests);
    }

    [Fact]
    public async Task The_path_of_a_mirror_goes_before_the_repository()
    {
        mirror.AddImage("proxy/app");
        await Client(hubMirrors: [new Uri(mirror.Url, "/proxy")]).ResolveAsync(Reference("app"), Cancellation);
        Assert.Equal(["GET /v2/proxy/app/manifests/latest"], mirror.Requests);
    }

    [Fact]
    public async Task What_a_mirror_does_not_have_comes_from_the_registry()
    {
        Registry.AddImage("app");
        await Client(hubMirrors: [mirror.Url]).ResolveAsync(Reference("app"), Cancellation);
        Assert.Single(mirror.Requests);
    }

    [Fact]
    public async Task A_mirror_that_is_broken_or_gone_is_passed_over()
    {
        Registry.AddImage("app");
        mirror.BeBusy(100, HttpStatusCode.BadGateway);
        var gone = new Uri($"http://127.0.0.1:{LocalRegistry.FreePort()}");
        await Client(hubMirrors: [gone, mirror.Url]).ResolveAsync(Reference("app"), Cancellation);
        Assert.Equal(2, mirror.Requests.Count);
    }

    [Fact]
    public async Task When_nobody_has_it_all_are_named()
    {
        var failure = await FailsAsync(ImageErrorCodes.NotFound, () => Client(hubMirrors: [mirror.Url]).ResolveAsync(Reference("app"), Cancellation));
        Assert.Contains($"mirror http://{mirror.Address}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_mirror_answered_goes_before_a_registry_that_is_not_reached()
    {
        await Registry.DisposeAsync();
        var failure = await FailsAsync(ImageErrorCodes.NotFound, () => Client(hubMirrors: [mirror.Url]).ResolveAsync(Reference("app"), Cancellation));
        Assert.StartsWith($"mirror http://{mirror.Address}: there is no image", failure.Message, StringComparison.Ordinal);
        Assert.Contains("nothing is listening on", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_pushed_to_a_mirror()
    {
        await Client(hubMirrors: [mirror.Url]).PushManifestAsync(Reference("app"), MediaTypes.OciManifest, "{}"u8.ToArray(), Cancellation);
        Assert.Empty(mirror.Requests);
    }
}
