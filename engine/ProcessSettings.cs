using System.Collections.Immutable;
using SharpBuild.Image;

namespace SharpBuild.Engine;

/// <summary>What a container's first process is started with: the image's config and the request, joined by Docker's rules.</summary>
/// <param name="Arguments">Entrypoint and command.</param>
/// <param name="Environment">The variables, <c>NAME=value</c>.</param>
/// <param name="WorkingDirectory">The working directory.</param>
/// <param name="User">The user.</param>
internal sealed record ProcessSettings(ImmutableArray<string> Arguments, ImmutableArray<string> Environment, string WorkingDirectory, string User)
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Joins them.</summary>
    /// <exception cref="EngineException">There is no command.</exception>
    public static ProcessSettings Merge(ContainerConfig image, ContainerRequest request, string hostname)
    {
        var arguments = MergeArguments(image, request);
        if (arguments.IsEmpty)
        {
            throw new EngineException(EngineException.BadRequest, $"image '{request.Image}' has no command, and none was given") { Hint = "write one after the image's name" };
        }

        var directory = request.WorkingDirectory ?? (image.WorkingDir.Length == 0 ? "/" : image.WorkingDir);
        return directory.StartsWith('/')
            ? new(arguments, MergeEnvironment(image.Env, request, hostname), directory, request.User ?? image.User)
            : throw new EngineException(EngineException.BadRequest, $"the working directory '{directory}' is not an absolute path") { Hint = "start it with a slash" };
    }

    // Another entrypoint takes the image's command with it: that one was meant for the old entrypoint.
    private static ImmutableArray<string> MergeArguments(ContainerConfig image, ContainerRequest request)
    {
        var entrypoint = request.Entrypoint switch
        {
            null => image.Entrypoint ?? [],
            "" => ImmutableArray<string>.Empty,
            var other => [other],
        };
        var command = !request.Command.IsEmpty || request.Entrypoint is not null ? request.Command : image.Cmd ?? [];
        return [.. entrypoint, .. command];
    }

    private static ImmutableArray<string> MergeEnvironment(ImmutableArray<string> image, ContainerRequest request, string hostname)
    {
        var names = new List<string>();
        var values = new Dictionary<string, string>();
        Set("PATH", DefaultPath);
        Set("HOSTNAME", hostname);
        if (request.Terminal)
        {
            Set("TERM", "xterm");
        }

        foreach (var entry in image)
        {
            var equals = entry.IndexOf('=');
            Set(equals < 0 ? entry : entry[..equals], equals < 0 ? "" : entry[(equals + 1)..]);
        }

        foreach (var (name, value) in request.Environment)
        {
            Set(name, value);
        }

        return [.. names.Where(values.ContainsKey).Select(name => $"{name}={values[name]}")];

        void Set(string name, string? value)
        {
            if (value is null)
            {
                values.Remove(name);
                return;
            }

            if (!values.ContainsKey(name) && !names.Contains(name))
            {
                names.Add(name);
            }

            values[name] = value;
        }
    }
}
