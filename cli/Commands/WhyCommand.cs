using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using SharpBuild.Builder.Explaining;
using SharpBuild.Cache;
using SharpBuild.Cache.Traces;
using SharpBuild.Cli.Help;
using SharpBuild.Cli.Listing;
using SharpBuild.Cli.Rendering;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild why</c>.</summary>
internal sealed class WhyCommand : CliCommand
{
    private readonly Option<string[]> file;
    private readonly Option<string[]> format;
    private readonly Argument<string[]> words;

    /// <summary>Declares it.</summary>
    public WhyCommand()
        : base("why", "[OPTIONS] [STEP] [CONTEXT]", "Explains why steps of the last build of CONTEXT were not in the cache: which file, argument or parent changed.")
    {
        file = Value("--file", "-f", "PATH", "The Dockerfile of that build (CONTEXT/Dockerfile)");
        format = Value("--format", "table|json", "Output format (table)");
        words = Positional("STEP", 0, 2);
    }

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
    [
        new("sharpbuild why", "all steps that ran in the last build of this directory"),
        new("sharpbuild why 3", "the third step"),
        new("sharpbuild why 'RUN make' src", "steps with this text in the last build of the directory src"),
    ];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var (wanted, context) = Read(arguments.Values(words));
        var kind = ListFormats.Parse(arguments.Last(format));
        await using var store = host.OpenStore(arguments);
        var steps = Find(store, context, arguments.Last(file) is { } path ? Path.GetFullPath(path) : null, wanted);
        if (steps is null)
        {
            return Unknown(host, wanted, context);
        }

        Write(host.Output, steps, kind);
        return ExitCodes.Success;
    }

    /// <summary>Prints why steps ran, after a build that was asked to explain.</summary>
    public static void Explain(Store store, string context, string? file, TextWriter output, DateTimeOffset since, bool asJson)
    {
        // A build that found everything leaves no trace: there is nothing to explain.
        var last = store.Traces.Read(BuildTracer.Identity(context, file)).FirstOrDefault();
        if (last is not null && last.Time >= since)
        {
            output.Write(asJson ? "" : "\nWhy steps were not in the cache:\n");
            Write(output, [.. last.Steps.Where(step => step.Outcome == StepOutcome.Ran)], asJson ? ListFormat.Json : ListFormat.Table);
        }
        else if (!asJson)
        {
            output.Write("\nEvery step was in the cache.\n");
        }
    }

    private static void Write(TextWriter output, IReadOnlyCollection<StepTrace> steps, ListFormat kind)
    {
        if (kind == ListFormat.Json)
        {
            ExplanationText.WriteJson(output, steps);
        }
        else
        {
            ExplanationText.Write(output, steps);
        }
    }

    private static (string? Step, string Context) Read(IReadOnlyList<string> words) => words switch
    {
        [] => (null, Path.GetFullPath(".")),
        [var one] when Directory.Exists(one) && !int.TryParse(one, CultureInfo.InvariantCulture, out _) => (null, Path.GetFullPath(one)),
        [var step] => (step, Path.GetFullPath(".")),
        [var first, var last] when Directory.Exists(first) && !Directory.Exists(last) => (last, Path.GetFullPath(first)),
        [var step, var context, ..] => (step, Path.GetFullPath(context)),
    };

    // What looks like a step may have been meant as a directory, and the other way round.
    private static int Unknown(CommandHost host, string? wanted, string context)
    {
        if (!Directory.Exists(context))
        {
            throw new UsageException($"there is no directory '{context}', and this store knows no earlier build of it");
        }

        var step = wanted is null || int.TryParse(wanted, CultureInfo.InvariantCulture, out _) ? "" : $"; '{wanted}' is not a directory either";
        host.Complain($"sharpbuild why: this store knows no build of '{context}' that ran any step{step}\n");
        return ExitCodes.Failure;
    }

    private static List<StepTrace>? Find(Store store, string context, string? file, string? wanted)
    {
        if (store.Traces.Read(BuildTracer.Identity(context, file)).FirstOrDefault() is not { } last)
        {
            return null;
        }

        if (wanted is null)
        {
            return [.. last.Steps.Where(step => step.Outcome == StepOutcome.Ran)];
        }

        var isNumber = int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        var found = last.Steps.Where((step, index) => isNumber ? index + 1 == number : step.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase)).ToList();
        return found.Count > 0 ? found : throw new UsageException($"the last build has no step '{wanted}'; 'sharpbuild why' lists those that ran");
    }
}
