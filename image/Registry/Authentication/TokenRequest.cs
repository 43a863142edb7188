using SharpBuild.Image.Web;

namespace SharpBuild.Image.Registry.Authentication;

/// <summary>What is asked of a token server.</summary>
/// <param name="Realm">The server's address, checked.</param>
/// <param name="Service">The registry's name for itself.</param>
/// <param name="Scopes">What the token is to allow.</param>
/// <param name="Registry">The registry, for messages.</param>
/// <param name="IsInsecure">Whether any certificate is accepted.</param>
/// <param name="Reach">How far the request may go.</param>
internal sealed record TokenRequest(Uri Realm, string? Service, IReadOnlyList<string> Scopes, string Registry, bool IsInsecure, Reach Reach);
