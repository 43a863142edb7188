using System.Collections.Immutable;
using SharpBuild.Builder;
using SharpBuild.Cli.Building;

namespace SharpBuild.Cli.Inspecting;

/// <summary>Which Dockerfile <c>check</c> and <c>parse</c> look at.</summary>
internal static class DockerfileChoice
{
    /// <summary>Whether the context is named, or the current directory by default; false when only a Dockerfile is, which may be built from anywhere.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public static bool NamesContext(string? file, string? place) =>
        file is not null || place is null || (place != "-" && !System.IO.File.Exists(place));

    /// <summary>The Dockerfile of a context, a file named directly, or standard input.</summary>
    /// <param name="file">The value of <c>-f</c>; <c>-</c> for standard input.</param>
    /// <param name="place">The positional argument: a context or a Dockerfile; null for the current directory.</param>
    /// <param name="cancellationToken">Stops the reading of standard input.</param>
    /// <exception cref="UsageException">There is no such place.</exception>
    public static async Task<BuildOptions> ReadAsync(string? file, string? place, CancellationToken cancellationToken)
    {
        if (!NamesContext(file, place))
        {
            (file, place) = (place, place == "-" ? null : Path.GetDirectoryName(Path.GetFullPath(place!)));
        }

        var context = ContextOption.ReadMain(place ?? ".");
        if (!Path.IsPathRooted(context) || (file is not null && ContextOption.IsRemote(file)))
        {
            throw new UsageException("a remote Dockerfile cannot be checked here; use 'sharpbuild build --check'");
        }

        return new BuildOptions
        {
            Context = context,
            File = ContextOption.ReadFile(file, context),
            FileText = file == "-" ? await StandardStreams.ReadInputAsync(cancellationToken) : null,
            BuildArguments = ImmutableDictionary<string, string>.Empty,
        };
    }
}
