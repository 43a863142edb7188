using System.Net;
using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Image.Registry;

public sealed class PushTests : RegistryTest
{
    private static readonly byte[] Bytes = SomeBytes(100_000);
    private static readonly Descriptor Blob = new() { MediaType = MediaTypes.OciLayerGzip, Digest = Digest.Compute(Bytes), Size = Bytes.Length };

    [Fact]
    public async Task A_blob_is_sent_in_one_request()
    {
        Assert.True(await Client().PushBlobAsync(Reference("app"), Blob, Open, null, Cancellation));
        Assert.True(Registry.HasBlob(Blob.Digest));
        Assert.Equal(
            [
                $"HEAD /v2/app/blobs/{Blob.Digest}",
                "POST /v2/app/blobs/uploads/",
                $"PUT /v2/app/blobs/uploads/1?_state=a%2Fb&digest={Uri.EscapeDataString(Blob.Digest.ToString())}",
            ],
            Registry.Requests);
    }

    [Fact]
    public async Task A_blob_that_is_there_is_not_sent()
    {
        Registry.AddBlob(Bytes);
        Assert.True(await Client().HasBlobAsync(Reference("app"), Blob.Digest, Cancellation));
        Assert.False(await Client().PushBlobAsync(Reference("app"), Blob, _ => throw new InvalidOperationException("opened"), null, Cancellation));
    }

    [Fact]
    public async Task A_blob_of_another_repository_is_mounted()
    {
        Registry.AddBlob(Bytes);
        Registry.Intercept = context =>
        {
            context.Response.StatusCode = 404;
            return Task.FromResult(context.Request.HttpMethod == "HEAD");
        };
        Assert.False(await Client().PushBlobAsync(Reference("app"), Blob, Open, Reference("base/os"), Cancellation));
        Assert.Contains($"POST /v2/app/blobs/uploads/?mount={Blob.Digest}&from=base%2Fos", Registry.Requests);
    }

    [Fact]
    public async Task An_upload_that_breaks_starts_anew()
    {
        var failures = 1;
        Registry.Intercept = context =>
        {
            var fails = context.Request.HttpMethod == "PUT" && Interlocked.Decrement(ref failures) >= 0;
            context.Response.StatusCode = fails ? (int)HttpStatusCode.BadGateway : 200;
            return Task.FromResult(fails);
        };
        Assert.True(await Client().PushBlobAsync(Reference("app"), Blob, Open, null, Cancellation));
        Assert.Equal(2, Registry.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_token_to_push_is_asked_for_once()
    {
        Registry.UsesTokens = true;
        var client = Client();
        await client.PushBlobAsync(Reference("app"), Blob, Open, null, Cancellation);
        await client.PushManifestAsync(Reference("app:2"), MediaTypes.OciManifest, "{}"u8.ToArray(), Cancellation);
        Assert.Equal(["GET /token?service=fake&scope=repository%3Aapp%3Apull%2Cpush"], Registry.Requests.Where(request => request.Contains("/token", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_manifest_goes_under_its_tag()
    {
        var manifest = "{\"schemaVersion\":2}"u8.ToArray();
        var pushed = await Client().PushManifestAsync(Reference("app:2"), MediaTypes.OciManifest, manifest, Cancellation);
        Assert.Equal(Digest.Compute(manifest), pushed.Digest);
        Assert.Equal(manifest, Registry.FindManifest("app", "2"));
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_registrys_words()
    {
        Registry.Intercept = async context =>
        {
            context.Response.StatusCode = 413;
            await context.Response.OutputStream.WriteAsync("""{"errors":[{"code":"SIZE_INVALID","message":"quota exceeded"}]}"""u8.ToArray(), Cancellation);
            return true;
        };
        var failure = await FailsAsync(
            ImageErrorCodes.RegistryProtocol, () => Client().PushManifestAsync(Reference("app"), MediaTypes.OciManifest, "{}"u8.ToArray(), Cancellation));
        Assert.Contains("413", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("quota exceeded", failure.Message, StringComparison.Ordinal);
    }

    private static Task<Stream> Open(CancellationToken cancellationToken) => Task.FromResult<Stream>(new MemoryStream(Bytes));
}
