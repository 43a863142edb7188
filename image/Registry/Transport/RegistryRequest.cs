namespace SharpBuild.Image.Registry.Transport;

/// <summary>A request that can be made again: after a challenge, a redirect or a failure.</summary>
/// <param name="Method">The method.</param>
/// <param name="Uri">The address.</param>
/// <param name="Scope">What it needs to be allowed.</param>
/// <param name="Reference">The image that it is about.</param>
/// <param name="Subject">What it is about, for messages: <c>image 'x'</c>.</param>
internal sealed record RegistryRequest(HttpMethod Method, Uri Uri, RepositoryScope Scope, ImageReference Reference, string Subject)
{
    /// <summary>The media types that are understood, null for any.</summary>
    public string? Accept { get; init; }

    /// <summary>The first byte wanted, 0 for the whole.</summary>
    public long Offset { get; init; }

    /// <summary>Makes the body.</summary>
    public Func<CancellationToken, Task<HttpContent>>? Body { get; init; }

    /// <summary>Whether it may be sent again after it failed half-way.</summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>How long the answer may take to begin, the body's upload included.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);
}
