using System.Net;
using System.Net.Http.Headers;
using SharpBuild.Image.Compression;

namespace SharpBuild.Image.Registry;

/// <summary>A blob on its way: a connection that breaks or stalls is taken up again where it stopped.</summary>
internal sealed class BlobDownload(BlobRequest request) : ReadOnlyStream
{
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    private HttpResponseMessage? response;
    private Stream? body;
    private long position;
    private int failures;

    /// <summary>Connects; must come before reading.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        response = await request.SendAsync(position, cancellationToken);
        body = await response.Content.ReadAsStreamAsync(cancellationToken);
        if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            await SkipAsync(position, cancellationToken);
        }
    }

    // Readers that are not asynchronous sit on threads of their own (the extractor's), so that nothing is starved by waiting here.
    public override int Read(Span<byte> buffer)
    {
        var rented = System.Buffers.ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length, 256 * 1024));
        try
        {
            var length = ReadAsync(rented.AsMemory(0, Math.Min(buffer.Length, rented.Length)), request.Token).AsTask().GetAwaiter().GetResult();
            rented.AsSpan(0, length).CopyTo(buffer);
            return length;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                if (body is null)
                {
                    await StartAsync(cancellationToken);
                }

                var length = await ReadOnceAsync(buffer, cancellationToken);
                if (length == 0 && position < request.Descriptor.Size)
                {
                    throw new IOException("the connection ended too early");
                }

                (position, failures) = (position + length, length > 0 ? 0 : failures);
                return length;
            }
            catch (Exception exception) when (RegistryTransport.IsNetwork(exception, cancellationToken))
            {
                Disconnect();
                if (++failures >= request.MaximumAttempts)
                {
                    throw request.Broken(position, exception);
                }

                await Task.Delay(RegistryTransport.Backoff(failures), request.Clock, cancellationToken);
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Disconnect();
        }

        base.Dispose(disposing);
    }

    private async Task<int> ReadOnceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = body!.ReadAsync(buffer, cancellationToken);
        if (read.IsCompleted)
        {
            return await read;
        }

        // No timer for the many reads that find data waiting.
        return await read.AsTask().WaitAsync(StallTimeout, request.Clock, cancellationToken);
    }

    // A server without ranges starts from the beginning.
    private async Task SkipAsync(long count, CancellationToken cancellationToken)
    {
        var waste = new byte[64 * 1024];
        while (count > 0)
        {
            var length = await body!.ReadAsync(waste.AsMemory(0, (int)Math.Min(waste.Length, count)), cancellationToken);
            count -= length > 0 ? length : throw new IOException("the connection ended too early");
        }
    }

    private void Disconnect()
    {
        body?.Dispose();
        response?.Dispose();
        (body, response) = (null, null);
    }
}

/// <summary>How a blob is asked for.</summary>
internal sealed record BlobRequest(
    RegistryTransport Transport, RegistryEndpoint Endpoint, ImageReference Reference, Descriptor Descriptor, RegistryOptions Options, CancellationToken Token)
{
    public int MaximumAttempts => Options.MaximumAttempts;

    public TimeProvider Clock => Options.Clock;

    public async Task<HttpResponseMessage> SendAsync(long position, CancellationToken cancellationToken)
    {
        var response = await Transport.SendAsync(Endpoint, $"{Reference.Repository}/blobs/{Descriptor.Digest}", $"repository:{Reference.Repository}:pull", uri => Create(uri, position), cancellationToken);
        try
        {
            await CheckAsync(response, position, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    public ImageException Broken(long position, Exception exception) => new(
        ImageErrorCodes.Network, $"the download of {Descriptor.Digest} from '{Endpoint.Registry}' broke off at {position} of {Descriptor.Size} bytes: {exception.Message}", exception)
    {
        Reference = Reference,
        Subject = Descriptor.Digest.ToString(),
        IsTransient = true,
    };

    private static HttpRequestMessage Create(Uri uri, long position)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.Range = position > 0 ? new RangeHeaderValue(position, null) : null;
        return request;
    }

    private async Task CheckAsync(HttpResponseMessage response, long position, CancellationToken cancellationToken)
    {
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
        {
            throw await RegistryResponse.ToExceptionAsync(response, Endpoint, Reference, $"the blob {Descriptor.Digest}", cancellationToken);
        }

        var isPart = response.StatusCode == HttpStatusCode.PartialContent;
        var size = isPart ? response.Content.Headers.ContentRange?.Length : response.Content.Headers.ContentLength;
        if ((size is not null && size != Descriptor.Size) || (isPart && response.Content.Headers.ContentRange?.From != position))
        {
            throw new ImageException(ImageErrorCodes.SizeMismatch, $"the registry '{Endpoint.Registry}' offers {size} bytes for {Descriptor.Digest}, but the manifest says {Descriptor.Size}")
            {
                Reference = Reference,
                Subject = Descriptor.Digest.ToString(),
            };
        }
    }
}
