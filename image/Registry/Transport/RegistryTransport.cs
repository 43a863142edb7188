using System.Net;
using System.Net.Http.Headers;
using SharpBuild.Image.Registry.Authentication;
using SharpBuild.Image.Web;

namespace SharpBuild.Image.Registry.Transport;

/// <summary>Sends requests to an endpoint: with the credentials that it asks for, along its redirects, again when it is busy. Thread-safe.</summary>
internal sealed class RegistryTransport(RegistryOptions options, Connections connections)
{
    private const int MostRedirects = 8;

    // A mirror is a convenience: when it stumbles twice, the next one is asked.
    private const int AttemptsOfMirror = 2;
    private readonly Retrier retrier = new(options);

    /// <summary>Sends a request. The answer's status is whatever the registry decided; the caller disposes it.</summary>
    /// <exception cref="ImageException">The endpoint cannot be reached, or its challenge cannot be answered.</exception>
    public Task<HttpResponseMessage> SendAsync(RegistryEndpoint endpoint, RegistryRequest request, CancellationToken cancellationToken)
    {
        var attempts = !request.IsRepeatable ? 1 : endpoint.IsMirror ? Math.Min(AttemptsOfMirror, options.MaximumAttempts) : options.MaximumAttempts;
        return retrier.RunAsync(() => SendOnceAsync(endpoint, request, cancellationToken), request.Uri, attempts, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendOnceAsync(RegistryEndpoint endpoint, RegistryRequest request, CancellationToken cancellationToken)
    {
        var authorization = await endpoint.Authenticator.AuthorizeAsync(request.Scope, cancellationToken);
        var response = await FollowAsync(endpoint, request, authorization, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || !endpoint.IsOriginOf(response.RequestMessage?.RequestUri))
        {
            // A challenge of the host that a redirect led to is not this registry's: answering would hand it the credentials.
            return response;
        }

        var challenges = AuthenticationChallenge.Parse(response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) ? values : []);
        if (await endpoint.Authenticator.AnswerAsync(challenges, request.Scope, authorization, cancellationToken) is not { } renewed)
        {
            return response;
        }

        response.Dispose();
        return await FollowAsync(endpoint, request, renewed, cancellationToken);
    }

    private async Task<HttpResponseMessage> FollowAsync(RegistryEndpoint endpoint, RegistryRequest request, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        var address = request.Uri;
        for (var redirects = 0; ; redirects++)
        {
            using var message = await MakeMessageAsync(request, address, cancellationToken);
            message.Headers.Authorization = endpoint.IsOriginOf(address) ? authorization : null;
            var reach = redirects == 0 && endpoint.IsOriginOf(address) ? Reach.Anywhere : connections.Limit(endpoint.Address, address);
            var response = await connections.SendAsync(message, endpoint.IsInsecure, reach, request.Limit, cancellationToken);
            response.RequestMessage ??= message;
            if (!IsRedirect(response.StatusCode) || response.Headers.Location is not { } location)
            {
                return response;
            }

            var next = new Uri(address, location);
            response.Dispose();
            address = redirects == MostRedirects
                ? throw new ImageException(ImageErrorCodes.RegistryProtocol, $"{endpoint.Description} redirects without end")
                { Subject = address.Authority, Reference = request.Reference, Hint = "correct the redirect in the registry's configuration" }
                : endpoint.Follow(address, next, request);
        }
    }

    private static async Task<HttpRequestMessage> MakeMessageAsync(RegistryRequest request, Uri address, CancellationToken cancellationToken)
    {
        var message = new HttpRequestMessage(request.Method, address);
        if (request.Accept is not null)
        {
            message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        }

        if (request.Offset > 0)
        {
            message.Headers.Range = new RangeHeaderValue(request.Offset, null);
        }

        message.Content = request.Body is null ? null : await request.Body(cancellationToken);
        return message;
    }

    // 303 turns into GET by the standard; only reads are answered that way, so the method stays.
    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
}
