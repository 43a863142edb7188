using SharpBuild.Parser;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Planning;

/// <summary>
/// Where <c>SOURCE_DATE_EPOCH</c> takes its time from, as BuildKit has it: a build argument, or the default of an ARG before the
/// first FROM. The family is closed.
/// </summary>
internal abstract record EpochSource
{
    /// <summary>The name of the argument.</summary>
    public const string Name = "SOURCE_DATE_EPOCH";

    private const string Code = "SB1506";

    /// <summary>Reads it; null where nobody gives one. Says nothing about what the sources hold.</summary>
    /// <exception cref="DockerfileException">The file gives one that makes no sense, or the stage that it names is not of the kind that may be named.</exception>
    /// <exception cref="BuildException">The build argument makes no sense.</exception>
    public static EpochSource? Find(PlanRequest request)
    {
        var resolver = new StageResolver(request);
        if (resolver.EpochText is not { Length: > 0 } text)
        {
            return null;
        }

        if (SourceDate.TryRead(text, out var seconds))
        {
            return new EpochSeconds(seconds);
        }

        if (text == "context")
        {
            return new EpochOfContext();
        }

        if (resolver.Contexts.Find(text, request.Options.Platform) is { } context)
        {
            return new EpochOfNamedContext(context);
        }

        return resolver.Stages.FirstOrDefault(s => text.Equals(s.Name, StringComparison.OrdinalIgnoreCase)) is { } stage
            ? new EpochOfFile(FindFile(stage, request), stage.Name!)
            : throw Invalid(text, request);
    }

    private static Exception Invalid(string text, PlanRequest request)
    {
        var message = $"{Name} is '{text}', which is neither a number of seconds since 1970 within the years 1 to 9999, 'context', nor a named context or stage";
        const string hint = "write seconds, such as those that git log -1 --format=%ct prints, 'context', or the name of a stage with one ADD from the web or git";
        var word = request.Dockerfile.GlobalArgs.SelectMany(a => a.Declarations).LastOrDefault(d => d.Name.Text == Name)?.Default;
        return word is null || request.Options.BuildArguments.ContainsKey(Name)
            ? new BuildException(Code, message) { Hint = hint }
            : new DockerfileException(request.Dockerfile.Source, word.Span, Code, message, hint);
    }

    // The stage need not be part of the build, and what it may say is little: that is planned on its own.
    private static RemoteStep FindFile(StageNode stage, PlanRequest request)
    {
        if (stage.BaseName != "scratch")
        {
            throw Wrong(stage.Stage.From, "is not FROM scratch");
        }

        var adds = 0;
        foreach (var instruction in stage.Stage.Instructions)
        {
            switch (instruction)
            {
                case ArgInstruction:
                    break;
                case AddInstruction { Sources: [PathSource] } when ++adds == 1:
                    break;
                case AddInstruction:
                    throw Wrong(instruction, "adds more than one file or repository");
                default:
                    throw Wrong(instruction, $"has a {instruction.Keyword}");
            }
        }

        if (adds == 0)
        {
            throw Wrong(stage.Stage.From, "adds nothing");
        }

        // BuildKit lets the sources use the ARGs before the first FROM without declaring them again.
        var alone = stage.Stage with { Instructions = [.. request.Dockerfile.GlobalArgs, .. stage.Stage.Instructions] };
        var options = request.Options with { Target = null, BuildArguments = request.Options.BuildArguments.Remove(Name) };
        var plan = Planner.Plan(request with { Dockerfile = request.Dockerfile with { Stages = [alone] }, Options = options }, new());
        return ((FinishedPlan)plan).Graph.Steps.OfType<RemoteStep>().SingleOrDefault()
            ?? throw Wrong(stage.Stage.Instructions[^1], "adds no file of the web and no git repository");

        DockerfileException Wrong(Instruction instruction, string what) => new(
            request.Dockerfile.Source,
            instruction.Span,
            Code,
            $"{Name} is to be the time of the stage '{stage.Name}', which {what}",
            "let the stage be FROM scratch with one ADD of a file of the web or a git repository, and nothing else but ARG");
    }
}

/// <summary>Seconds since 1970.</summary>
/// <param name="Value">The seconds.</param>
internal sealed record EpochSeconds(long Value) : EpochSource;

/// <summary>The time of the build context, when that comes from outside.</summary>
internal sealed record EpochOfContext : EpochSource;

/// <summary>The time of a named context, when that comes from outside.</summary>
/// <param name="Context">The context.</param>
internal sealed record EpochOfNamedContext(NamedContext Context) : EpochSource;

/// <summary>The time of the only file or repository that a stage adds.</summary>
/// <param name="File">What it adds.</param>
/// <param name="StageName">The stage.</param>
internal sealed record EpochOfFile(RemoteStep File, string StageName) : EpochSource;
