using System.Collections.Immutable;
using SharpBuild.Builder.Planning;
using SharpBuild.Image;
using SharpBuild.Parser;
using SharpBuild.Parser.Outlining;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Inspection;

/// <summary>
/// Looks at a Dockerfile without building it. Reads the file, its ignore file and the names in the context; needs no store, no
/// privilege and no network, so that nothing is known of base images.
/// </summary>
public static class DockerfileInspection
{
    /// <summary>Reads the Dockerfile that the options name.</summary>
    /// <exception cref="BuildException">There is none, or it cannot be read.</exception>
    public static SourceText Read(BuildOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return DockerfileLocation.Find(options).ReadSource();
    }

    /// <summary>Checks the target that the options name, or every stage.</summary>
    /// <exception cref="BuildException">There is no such file or target.</exception>
    public static CheckReport Check(BuildOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var files = DockerfileLocation.Find(options);
        var source = files.ReadSource();
        var parsed = DockerfileParser.Parse(source);
        if (parsed.Dockerfile is not { } file)
        {
            return new(source, parsed.Errors, []);
        }

        var request = RequestFor(file, options);
        var errors = Planner.FindErrors(request);
        return new(source, errors, LintSetup.Check(request, files.ReadIgnoreFile(), isBuild: false));
    }

    /// <summary>What the target that the options name, or the last stage, can be given from outside.</summary>
    /// <exception cref="DockerfileException">The file is wrong.</exception>
    /// <exception cref="BuildException">There is no such file or target.</exception>
    public static (SourceText Source, Outline Outline) ReadOutline(BuildOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var files = DockerfileLocation.Find(options);
        var file = DockerfileParser.Parse(files.ReadSource()).GetOrThrow();
        var request = RequestFor(file, options);
        if (Planner.FindErrors(request) is { IsEmpty: false } errors)
        {
            throw new DockerfileException(file.Source, errors);
        }

        _ = new StageResolver(request).FindTarget(options.Target);
        return (file.Source, OutlineReader.Read(file, LintSetup.For(request, files.ReadIgnoreFile())));
    }

    /// <summary>The stages of the file.</summary>
    /// <exception cref="DockerfileException">The file is wrong.</exception>
    /// <exception cref="BuildException">There is no such file.</exception>
    public static (SourceText Source, ImmutableArray<BuildTarget> Targets) ListTargets(BuildOptions options)
    {
        var file = DockerfileParser.Parse(Read(options)).GetOrThrow();
        return (file.Source, BuildTarget.ListOf(file));
    }

    private static PlanRequest RequestFor(Dockerfile file, BuildOptions options) => new()
    {
        Dockerfile = file,
        Options = options,
        Images = ImmutableDictionary<ImageKey, ResolvedImage>.Empty,
        BuildPlatform = Platform.Host,
    };
}
