namespace SharpBuild.Image.Registry;

/// <summary>Credentials for a registry: a name and password, or an identity token. Its text shows no secret.</summary>
/// <param name="UserName">The name.</param>
/// <param name="Password">The password, empty when there is a token.</param>
/// <param name="Source">Where it was found, for messages.</param>
public sealed record RegistryCredential(string UserName, string Password, string Source)
{
    /// <summary>A refresh token to be exchanged for access tokens, instead of a password.</summary>
    public string? IdentityToken { get; init; }

    /// <summary>A bearer token to send as it is.</summary>
    public string? RegistryToken { get; init; }

    /// <summary>The name and where it was found.</summary>
    public override string ToString() => $"{UserName} ({Source})";
}
