using System.Net;

namespace SharpBuild.Image.Web;

/// <summary>The body of an answer, which fails with a <see cref="TimeoutException"/> when it comes too slowly.</summary>
internal sealed class WatchedContent : HttpContent
{
    private readonly HttpContent content;
    private readonly TimeProvider clock;

    public WatchedContent(HttpContent content, TimeProvider clock)
    {
        (this.content, this.clock) = (content, clock);
        foreach (var (name, values) in content.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() => new WatchedStream(await content.ReadAsStreamAsync(), clock);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new WatchedStream(await content.ReadAsStreamAsync(cancellationToken), clock);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var body = await CreateContentReadStreamAsync(cancellationToken);
        await body.CopyToAsync(stream, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = content.Headers.ContentLength ?? 0;
        return content.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }

        base.Dispose(disposing);
    }
}
