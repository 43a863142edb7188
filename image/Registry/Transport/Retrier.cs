using System.Net;

namespace SharpBuild.Image.Registry.Transport;

/// <summary>Sends again what failed for a reason that may pass: a busy server, a broken connection. Waits as long as the server asks, or longer each time.</summary>
internal sealed class Retrier(RegistryOptions options)
{
    // A server that wants more patience than this is reported instead: nobody watches a build that waits for an hour.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs <paramref name="sendOnce"/> until it gives an answer that more patience would not change.</summary>
    /// <param name="sendOnce">Sends.</param>
    /// <param name="address">Where to, for messages.</param>
    /// <param name="attempts">How often at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ImageException">The connection failed.</exception>
    public async Task<HttpResponseMessage> RunAsync(Func<Task<HttpResponseMessage>> sendOnce, Uri address, int attempts, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan wait;
            try
            {
                var response = await sendOnce();
                if (attempt >= attempts || !IsBusy(response.StatusCode) || WaitAskedBy(response, attempt) is not { } asked)
                {
                    return response;
                }

                response.Dispose();
                wait = asked;
            }
            catch (Exception exception) when (ConnectionFailure.Is(exception))
            {
                var failure = ConnectionFailure.Explain(exception, address);
                if (attempt >= attempts || !ConnectionFailure.MayPass(exception))
                {
                    throw failure;
                }

                wait = Backoff(attempt);
            }

            await Task.Delay(wait, options.Clock, cancellationToken);
        }
    }

    /// <summary>The wait after the given attempt when nobody asks for another: 0.25 s, 0.5 s, 1 s, …</summary>
    public static TimeSpan Backoff(int attempt) => FirstWait * (1 << Math.Min(attempt - 1, 6));

    private static bool IsBusy(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    // Null: longer than we wait.
    private TimeSpan? WaitAskedBy(HttpResponseMessage response, int attempt)
    {
        var asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - options.Clock.GetUtcNow(),
            _ => TimeSpan.Zero,
        };
        var wait = asked > Backoff(attempt) ? asked : Backoff(attempt);
        return wait <= LongestWait ? wait : null;
    }
}
