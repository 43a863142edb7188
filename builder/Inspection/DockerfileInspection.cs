using System.Collections.Immutable;
using SharpBuild.Builder.Planning;
using SharpBuild.Cache;
using SharpBuild.Image;
using SharpBuild.Parser;
using SharpBuild.Parser.Ignoring;
using SharpBuild.Parser.Outlining;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Inspection;

/// <summary>
/// Looks at a Dockerfile without building it. Reads the file, its ignore file and the names in the context; needs no privilege and
/// no network. Of base images it knows those that a store has; what depends on any other is not judged.
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
    /// <param name="options">The file, and what is given to it.</param>
    /// <param name="store">The store whose images are known; null for none.</param>
    /// <param name="isContextKnown">Whether the context is really the one of a build; false when only a file was named.</param>
    public static CheckReport Check(BuildOptions options, Store? store = null, bool isContextKnown = true)
    {
        ArgumentNullException.ThrowIfNull(options);
        var files = DockerfileLocation.Find(options);
        var source = files.ReadSource();
        var parsed = DockerfileParser.Parse(source);
        if (parsed.Dockerfile is not { } file)
        {
            return new(source, parsed.Errors, []);
        }

        var (request, errors) = Survey(file, options, store);
        return new(source, errors, LintSetup.Check(request, isContextKnown ? files.ReadIgnoreFile() : IgnoreFile.None, isBuild: false, isContextKnown));
    }

    /// <summary>What the target that the options name, or the last stage, can be given from outside.</summary>
    /// <exception cref="DockerfileException">The file is wrong.</exception>
    /// <exception cref="BuildException">There is no such file or target.</exception>
    /// <param name="options">The file, and what is given to it.</param>
    /// <param name="store">The store whose images are known; null for none.</param>
    public static (SourceText Source, Outline Outline) ReadOutline(BuildOptions options, Store? store = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var files = DockerfileLocation.Find(options);
        var file = DockerfileParser.Parse(files.ReadSource()).GetOrThrow();
        var (request, errors) = Survey(file, options, store);
        if (!errors.IsEmpty)
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

    private static ImmutableArray<Diagnostic> FindEpochErrors(PlanRequest request)
    {
        try
        {
            _ = EpochSource.Find(request);
            return [];
        }
        catch (DockerfileException wrong)
        {
            return wrong.Errors;
        }
    }

    // Each round knows more images, whose ONBUILD triggers may name others.
    private static (PlanRequest Request, ImmutableArray<Diagnostic> Errors) Survey(Dockerfile file, BuildOptions options, Store? store)
    {
        var request = new PlanRequest
        {
            Dockerfile = file,
            Options = options,
            Images = ImmutableDictionary<ImageKey, ResolvedImage>.Empty,
            BuildPlatform = Platform.Host,
        };
        while (true)
        {
            var surveys = options.Platforms.Select(platform => Planner.Survey(request with { Options = options with { Platform = platform } })).ToList();
            var known = request.Images.AddRange(
                from key in surveys.SelectMany(static s => s.Unknown).Distinct()
                where key.Layout is null
                let image = store is null ? null : ImagePuller.TryReadStored(store, key.Reference, key.Platform)
                where image is not null
                select KeyValuePair.Create(key, new ResolvedImage(image.Reference, image.ManifestDigest, image.Config)));
            if (known.Count == request.Images.Count)
            {
                return (request, [.. surveys.SelectMany(static s => s.Errors).Concat(FindEpochErrors(request)).Distinct().OrderBy(static e => e.Span.Start)]);
            }

            request = request with { Images = known };
        }
    }
}
