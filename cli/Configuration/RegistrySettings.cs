using System.Collections.Immutable;
using System.Text.Json;
using SharpBuild.Cli.Commands;
using SharpBuild.Image.Registry;
using SharpBuild.Image.Web;

namespace SharpBuild.Cli.Configuration;

/// <summary>How registries are reached: the options, then the user's config file, then the system's.</summary>
internal sealed class RegistrySettings
{
    private readonly Dictionary<string, List<Uri>> mirrors = [];
    private readonly HashSet<string> insecure = [];

    /// <summary>Joins options and files; for one registry the mirrors of the nearer place come first.</summary>
    /// <exception cref="UsageException">A value or a file is wrong.</exception>
    public static RegistryOptions Read(ParsedArguments arguments, Func<string, string?> lookup, TimeProvider clock)
    {
        var settings = new RegistrySettings();
        foreach (var text in arguments.All(arguments.Common.RegistryMirror))
        {
            settings.AddMirror(text);
        }

        foreach (var registry in arguments.All(arguments.Common.InsecureRegistry))
        {
            settings.insecure.Add(registry is { Length: > 0 } && !registry.Contains('/') ? registry
                : throw new UsageException($"--insecure-registry: '{registry}' is not a registry: write HOST or HOST:PORT"));
        }

        ConfigFiles.Read(lookup, settings.AddFile);

        return settings.ToOptions(clock) with { Credentials = new DockerCredentials(lookup), Proxy = new EnvironmentProxy(lookup) };
    }

    /// <summary>Adds what a config file says.</summary>
    internal void AddFile(string path, ReadOnlyMemory<byte> json)
    {
        ConfigFiles.ReadMember(path, json, "registries", registries =>
        {
            foreach (var registry in registries.EnumerateObject())
            {
                AddRegistry(path, registry);
            }
        });
    }

    /// <summary>All that was said so far.</summary>
    internal RegistryOptions ToOptions(TimeProvider clock) => new()
    {
        Mirrors = mirrors.Count == 0 ? ImmutableDictionary<string, ImmutableArray<Uri>>.Empty : mirrors.ToImmutableDictionary(pair => pair.Key, pair => pair.Value.ToImmutableArray()),
        InsecureRegistries = [.. insecure],
        Clock = clock,
    };

    /// <summary>Adds <c>REGISTRY=URL</c>.</summary>
    internal void AddMirror(string text)
    {
        var equals = text.IndexOf('=');
        if (equals <= 0)
        {
            throw new UsageException($"'{text}' is not a mirror: write REGISTRY=URL, such as docker.io=http://127.0.0.1:5000");
        }

        Add(text[..equals], text[(equals + 1)..]);
    }

    private void AddRegistry(string path, JsonProperty registry)
    {
        foreach (var setting in registry.Value.EnumerateObject())
        {
            switch (setting.Name)
            {
                case "mirrors":
                    foreach (var mirror in setting.Value.EnumerateArray())
                    {
                        Add(registry.Name, mirror.GetString() ?? "");
                    }

                    break;
                case "insecure":
                    if (setting.Value.GetBoolean())
                    {
                        insecure.Add(registry.Name);
                    }

                    break;
                default:
                    throw new UsageException($"{path}: unknown setting '{setting.Name}' of registry '{registry.Name}'; there are 'mirrors' and 'insecure'");
            }
        }
    }

    private void Add(string registry, string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"'{url}' is not the address of a mirror: it starts with http:// or https://");
        }

        if (!mirrors.TryGetValue(registry, out var list))
        {
            mirrors[registry] = list = [];
        }

        list.Add(parsed);
    }
}
