using System.Net;

namespace SharpBuild.Image.Web;

/// <summary>A server sent us to a place where none may.</summary>
/// <param name="host">The host that it named.</param>
/// <param name="address">The address behind it; null when the name itself says enough.</param>
public sealed class ForbiddenPlaceException(string host, IPAddress? address)
    : IOException($"{host} {(address is null || address.ToString() == host.Trim('[', ']') ? "is" : $"is at {address},")} a place of this machine or its own link, where no server may send us")
{
    /// <summary>What to do about it.</summary>
    public const string Hint = "if the place is meant, name it yourself instead of the server that redirects there";
}
