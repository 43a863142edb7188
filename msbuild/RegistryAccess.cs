using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Build.Framework;

namespace SharpBuild.MSBuild;

/// <summary>The variables by which the SDK's container support is told about registries, in the words of sharpbuild.</summary>
/// <param name="lookup">Reads an environment variable. They never pass through MSBuild, which logs what it knows.</param>
internal sealed class RegistryAccess(Func<string, string?> lookup)
{
    private const string Logins = "DOCKER_AUTH_CONFIG";
    private const string HubKey = "https://index.docker.io/v1/";

    private static readonly string[] PullVariables = ["DOTNET_CONTAINER_PULL_REGISTRY_UNAME", "DOTNET_CONTAINER_PULL_REGISTRY_PWORD"];

    // The newer name first.
    private static readonly string[] Prefixes = ["DOTNET_CONTAINER_PUSH_REGISTRY", "DOTNET_CONTAINER_REGISTRY", "SDK_CONTAINER_REGISTRY"];

    /// <summary>The options about them.</summary>
    public IEnumerable<string> Options =>
        (lookup("DOTNET_CONTAINER_INSECURE_REGISTRIES") ?? "").Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .SelectMany(static registry => new[] { "--insecure-registry", registry });

    /// <summary>Variables that are set and do nothing: a Dockerfile may stand on images of many registries, and one password is not for all of them.</summary>
    public IEnumerable<string> Unused => PullVariables.Where(name => lookup(name) is { Length: > 0 });

    /// <summary>What the program is to find in its environment: the login, for the registries that an image is pushed to and no other.</summary>
    public Dictionary<string, string> VariablesFor(ITaskItem image)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Login() is { } login && image.GetMetadata("Push").Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            var config = lookup(Logins) is { Length: > 0 } given ? JsonNode.Parse(given)!.AsObject() : [];
            var logins = config["auths"]?.AsObject() ?? [];
            config["auths"] = logins;
            foreach (var registry in MetadataList.Read(image, "Tags").Select(RegistryOf))
            {
                logins[registry] = login.DeepClone();
            }

            variables[Logins] = config.ToJsonString();
        }

        return variables;
    }

    private JsonObject? Login()
    {
        foreach (var prefix in Prefixes)
        {
            if (lookup($"{prefix}_UNAME") is { Length: > 0 } user && lookup($"{prefix}_PWORD") is { Length: > 0 } password)
            {
                return user == "<token>"
                    ? new JsonObject { ["identitytoken"] = password }
                    : new JsonObject { ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")) };
            }
        }

        return null;
    }

    // The first part of a name is a registry when it cannot be a part of a repository.
    private static string RegistryOf(string name)
    {
        var first = name.Split('/')[0];
        return !name.Contains('/') || (first.IndexOfAny(['.', ':']) < 0 && first != "localhost") || first == "docker.io" ? HubKey : first;
    }
}
