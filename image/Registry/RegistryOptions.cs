using System.Collections.Immutable;
using SharpBuild.Image.Web;

namespace SharpBuild.Image.Registry;

/// <summary>How registries are reached.</summary>
public sealed record RegistryOptions
{
    /// <summary>Mirrors of a registry by its host, tried in order before the registry itself: <c>docker.io</c> → <c>http://127.0.0.1:5000</c>.</summary>
    public ImmutableDictionary<string, ImmutableArray<Uri>> Mirrors { get; init; } = ImmutableDictionary<string, ImmutableArray<Uri>>.Empty;

    /// <summary>Hosts that may be spoken to by plain HTTP or without a valid certificate. Loopback always may.</summary>
    public ImmutableHashSet<string> InsecureRegistries { get; init; } = [];

    /// <summary>Where credentials come from.</summary>
    public ICredentialSource Credentials { get; init; } = NoCredentials.Instance;

    /// <summary>The proxies between here and the registries.</summary>
    public EnvironmentProxy Proxy { get; init; } = EnvironmentProxy.None;

    /// <summary>The clock for tokens, waits and retries.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How often a request is tried before its failure is reported.</summary>
    public int MaximumAttempts { get; init; } = 5;

    /// <summary>How the client names itself.</summary>
    public string UserAgent { get; init; } = "sharpbuild";
}
