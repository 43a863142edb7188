using SharpBuild.Image;
using Xunit;

namespace SharpBuild.UnitTests.Image.Registry;

public sealed class BlobStreamTests : RegistryTest
{
    [Fact]
    public async Task A_blob_arrives_whole()
    {
        var bytes = SomeBytes(300_000);
        var blob = Registry.AddBlob(bytes);
        Assert.Equal(bytes, await ReadAsync(await Client().BlobsOf(Reference("app")).OpenAsync(blob, Cancellation)));
    }

    [Fact]
    public async Task An_empty_blob_arrives_too() =>
        Assert.Empty(await ReadAsync(await Client().OpenBlobAsync(Reference("app"), Registry.AddBlob([]), Cancellation)));

    [Fact]
    public async Task A_broken_download_goes_on_where_it_broke()
    {
        var bytes = SomeBytes(300_000);
        var blob = Registry.AddBlob(bytes);
        Registry.BreaksAfter = 100_000;
        Assert.Equal(bytes, await ReadAsync(await Client().OpenBlobAsync(Reference("app"), blob, Cancellation)));
        Assert.Contains(Registry.Requests, request => request.Contains("bytes=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_without_ranges_is_read_from_its_start_again()
    {
        var bytes = SomeBytes(300_000);
        var blob = Registry.AddBlob(bytes);
        Registry.BreaksAfter = 100_000;
        Registry.IgnoresRanges = true;
        await using var stream = await Client().OpenBlobAsync(Reference("app"), blob, Cancellation);
        var begin = new byte[50_000];
        await stream.ReadExactlyAsync(begin, Cancellation);
        Registry.BreaksAfter = null;
        byte[] all = [.. begin, .. await ReadAsync(stream)];
        Assert.Equal(bytes, all);
    }

    [Fact]
    public async Task A_download_that_gets_no_further_ends_with_how_far_it_got()
    {
        var blob = Registry.AddBlob(SomeBytes(1000));
        Registry.BreaksAfter = 0;
        var failure = await FailsAsync(ImageErrorCodes.Network, async () => await ReadAsync(await Client().OpenBlobAsync(Reference("app"), blob, Cancellation)));
        Assert.Contains("0 of 1000 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_bytes_are_refused_before_the_last_of_them_is_handed_out()
    {
        var blob = Registry.AddBlob(SomeBytes(100_000));
        Registry.Damage(blob, new byte[100_000]);
        await using var stream = await Client().OpenBlobAsync(Reference("app"), blob, Cancellation);
        await FailsAsync(ImageErrorCodes.DigestMismatch, () => stream.ReadExactlyAsync(new byte[100_000], Cancellation).AsTask());
    }

    [Theory]
    [InlineData(99_999)]
    [InlineData(100_001)]
    public async Task Another_size_is_refused_before_a_byte_is_read(int size)
    {
        var blob = Registry.AddBlob(SomeBytes(100_000));
        Registry.Damage(blob, new byte[size]);
        await FailsAsync(ImageErrorCodes.SizeMismatch, () => Client().OpenBlobAsync(Reference("app"), blob, Cancellation));
    }

    [Fact]
    public async Task More_bytes_than_announced_are_noticed_without_a_length()
    {
        var blob = Registry.AddBlob(SomeBytes(1000));
        Registry.Intercept = async context =>
        {
            context.Response.SendChunked = true;
            await context.Response.OutputStream.WriteAsync(new byte[1001], Cancellation);
            return true;
        };
        await FailsAsync(ImageErrorCodes.SizeMismatch, async () => await ReadAsync(await Client().OpenBlobAsync(Reference("app"), blob, Cancellation)));
    }

    [Fact]
    public async Task It_can_be_read_synchronously_as_tar_is()
    {
        var bytes = SomeBytes(50_000);
        await using var stream = await Client().OpenBlobAsync(Reference("app"), Registry.AddBlob(bytes), Cancellation);
        var read = new byte[50_000];
        stream.ReadExactly(read);
        Assert.Equal(bytes, read);
    }

    [Fact]
    public async Task A_reader_that_gives_up_gets_its_own_token_back()
    {
        var blob = Registry.AddBlob(SomeBytes(1000));
        Registry.Intercept = async context =>
        {
            context.Response.ContentLength64 = 1000;
            await context.Response.OutputStream.WriteAsync(new byte[10], Cancellation);
            await context.Response.OutputStream.FlushAsync(Cancellation);
            await Task.Delay(Timeout.Infinite, Cancellation);
            return true;
        };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await using var stream = await Client().OpenBlobAsync(Reference("app"), blob, patience.Token);
        patience.CancelAfter(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.ReadExactlyAsync(new byte[1000], patience.Token).AsTask());
    }
}
