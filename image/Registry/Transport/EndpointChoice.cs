using System.Net;

namespace SharpBuild.Image.Registry.Transport;

/// <summary>Runs an operation at the first endpoint of a registry that can do it. Thread-safe.</summary>
internal sealed class EndpointChoice(RegistryEndpoints endpoints, TimeProvider clock)
{
    /// <summary>Asks the mirrors in their order, then the registry.</summary>
    /// <exception cref="ImageException">What the registry itself said; it names what the mirrors said.</exception>
    public async Task<T> ReadAsync<T>(string registry, Func<RegistryEndpoint, Task<T>> operation)
    {
        var refusals = new List<(RegistryEndpoint Mirror, ImageException Failure)>();
        foreach (var mirror in endpoints.Of(registry))
        {
            if (!mirror.IsMirror || mirror.IsUnreachable(clock))
            {
                continue;
            }

            try
            {
                return await operation(mirror);
            }
            catch (ImageException failure)
            {
                refusals.Add((mirror, failure));
                if (IsUnspoken(failure, mirror))
                {
                    mirror.MarkUnreachable(clock);
                }
            }
        }

        try
        {
            return await WriteAsync(registry, operation);
        }
        catch (ImageException failure) when (refusals.Count > 0)
        {
            throw Join(registry, failure, refusals);
        }
    }

    // Whoever answered knows more than whoever could not be reached: behind a mirror there often is no way to the registry at all.
    private static ImageException Join(string registry, ImageException failure, List<(RegistryEndpoint Mirror, ImageException Failure)> refusals)
    {
        var answered = refusals.Find(refusal => !IsUnspoken(refusal.Failure, refusal.Mirror));
        var isMirrors = answered.Failure is not null && failure.Code == ImageErrorCodes.Network;
        var first = isMirrors ? answered.Failure! : failure;
        IEnumerable<string> others = [.. refusals.Where(refusal => refusal.Failure != first).Select(Describe), .. isMirrors ? [$"registry '{registry}': {failure.Message}"] : Array.Empty<string>()];
        var also = string.Join("; ", others);
        return new ImageException(first.Code, (isMirrors ? Describe(answered) : first.Message) + (also.Length > 0 ? $" ({also})" : ""), first.InnerException)
        {
            Subject = first.Subject,
            Reference = first.Reference,
            Hint = first.Hint,
            IsTransient = first.IsTransient,
        };
    }

    private static string Describe((RegistryEndpoint Mirror, ImageException Failure) refusal) => $"{refusal.Mirror.Description}: {refusal.Failure.Message}";

    /// <summary>Asks the registry itself, by the first protocol that it speaks.</summary>
    /// <exception cref="ImageException">What the registry said.</exception>
    public async Task<T> WriteAsync<T>(string registry, Func<RegistryEndpoint, Task<T>> operation)
    {
        ImageException? first = null;
        foreach (var endpoint in endpoints.Of(registry))
        {
            if (endpoint.IsMirror)
            {
                continue;
            }

            try
            {
                var result = await operation(endpoint);
                endpoints.Settle(registry, endpoint);
                return result;
            }
            catch (ImageException failure) when (IsUnspoken(failure, endpoint))
            {
                // Perhaps it speaks the other protocol; if not, the first failure is that of the likely one.
                first ??= failure;
            }
        }

        throw first!;
    }

    // Nobody there, no TLS where we speak it, or TLS where we do not: nothing was asked yet.
    private static bool IsUnspoken(ImageException failure, RegistryEndpoint endpoint) => failure.InnerException switch
    {
        TimeoutException => true,
        HttpRequestException { StatusCode: null } => true,

        // How Go's servers answer plain HTTP on a TLS port.
        HttpRequestException { StatusCode: HttpStatusCode.BadRequest } => endpoint.Address.Scheme == Uri.UriSchemeHttp,
        _ => false,
    };
}
