using System.Net;
using SharpBuild.Image;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.UnitTests.Image.Registry;

public sealed class RegistryClientTests : RegistryTest
{
    [Fact]
    public async Task A_tag_is_resolved_to_a_verified_manifest()
    {
        var image = Registry.AddImage("team/app", "1.0");
        var found = await Client().ResolveAsync(Reference("team/app:1.0"), Cancellation);
        Assert.Equal((image.Digest, image.Size, image.MediaType), (found.Descriptor.Digest, found.Descriptor.Size, found.Descriptor.MediaType));
        Assert.Single(found.ReadManifest().Layers);
    }

    [Fact]
    public async Task A_digest_decides_and_other_bytes_are_refused()
    {
        var wanted = Registry.AddImage("app");
        Assert.Equal(wanted.Digest, (await Client().ResolveAsync(Reference("app:gone").WithDigest(wanted.Digest), Cancellation)).Descriptor.Digest);

        var other = Digest.Compute("another"u8);
        Registry.AddManifest("app", other.ToString(), "{}"u8.ToArray());
        await FailsAsync(ImageErrorCodes.DigestMismatch, () => Client().ResolveAsync(Reference("app").WithDigest(other), Cancellation));
    }

    [Fact]
    public async Task A_wrong_digest_header_is_refused()
    {
        Registry.AddImage("app");
        Registry.Intercept = async context =>
        {
            context.Response.AddHeader("Docker-Content-Digest", Digest.Compute("lie"u8).ToString());
            await context.Response.OutputStream.WriteAsync(Registry.FindManifest("app", "latest"), Cancellation);
            return true;
        };
        await FailsAsync(ImageErrorCodes.DigestMismatch, () => Client().ResolveAsync(Reference("app"), Cancellation));
    }

    [Fact]
    public async Task A_manifest_that_is_announced_as_an_index_is_refused()
    {
        Registry.AddImage("app");
        Registry.AddManifest("app", "lie", Registry.FindManifest("app", "latest")!, MediaTypes.OciIndex);
        await FailsAsync(ImageErrorCodes.InvalidManifest, () => Client().ResolveAsync(Reference("app:lie"), Cancellation));
    }

    [Fact]
    public async Task An_unknown_image_is_named()
    {
        var failure = await FailsAsync(ImageErrorCodes.NotFound, () => Client().ResolveAsync(Reference("nobody:7"), Cancellation));
        Assert.StartsWith($"there is no image '{Registry.Address}/nobody:7'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    public async Task A_web_site_is_not_taken_for_a_registry(int status)
    {
        Registry.Intercept = async context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, "text/html; charset=utf-8");
            await context.Response.OutputStream.WriteAsync("<html>hello</html>"u8.ToArray(), Cancellation);
            return true;
        };
        await FailsAsync(ImageErrorCodes.RegistryProtocol, () => Client().ResolveAsync(Reference("app"), Cancellation));
    }

    [Fact]
    public async Task Nobody_at_the_port_is_said_plainly()
    {
        var port = LocalRegistry.FreePort();
        var failure = await FailsAsync(ImageErrorCodes.Network, () => Client().ResolveAsync(ImageReference.Parse($"127.0.0.1:{port}/app"), Cancellation));
        Assert.Equal($"nothing is listening on 127.0.0.1:{port}", failure.Message);
        Assert.Empty(Clock.Waits);
    }

    [Fact]
    public async Task A_busy_registry_is_given_the_time_it_asks_for()
    {
        Registry.AddImage("app");
        Registry.BeBusy(2, retryAfter: "7");
        await Client().ResolveAsync(Reference("app"), Cancellation);
        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7)], Clock.Waits);
    }

    [Fact]
    public async Task A_registry_that_wants_an_hour_is_reported_at_once()
    {
        Registry.BeBusy(1, retryAfter: "3600");
        var failure = await FailsAsync(ImageErrorCodes.RateLimited, () => Client().ResolveAsync(Reference("app"), Cancellation));
        Assert.Contains("again in 3600 s", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Clock.Waits);
    }

    [Fact]
    public async Task A_registry_that_stays_broken_is_asked_five_times_with_growing_pauses()
    {
        Registry.BeBusy(100, HttpStatusCode.ServiceUnavailable);
        var failure = await FailsAsync(ImageErrorCodes.Network, () => Client().ResolveAsync(Reference("app"), Cancellation));
        Assert.Contains("503", failure.Message, StringComparison.Ordinal);
        Assert.Equal([250, 500, 1000, 2000], Clock.Waits.Select(wait => (int)wait.TotalMilliseconds));
        Assert.Equal(5, Registry.Requests.Count);
    }

    [Fact]
    public async Task A_manifest_without_end_is_not_read_to_it()
    {
        Registry.AddManifest("app", "latest", new byte[5 * 1024 * 1024]);
        await FailsAsync(ImageErrorCodes.LimitExceeded, () => Client().ResolveAsync(Reference("app"), Cancellation));
    }
}
