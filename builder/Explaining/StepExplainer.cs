using System.Collections.Immutable;
using SharpBuild.Builder.Execution;
using SharpBuild.Cache.Content;
using SharpBuild.Cache.Traces;
using SharpBuild.Image;

namespace SharpBuild.Builder.Explaining;

/// <summary>Finds the step of an earlier build that is closest to one that ran, and says part by part what differs: pure, but for the manifests of files.</summary>
/// <param name="earlier">The builds before, the newest first.</param>
/// <param name="nameOf">The name of the step of this build that has a key.</param>
/// <param name="compareFiles">What changed between two contents.</param>
internal sealed class StepExplainer(
    ImmutableArray<BuildTrace> earlier, Func<Digest, string?> nameOf, Func<Digest, Digest, ImmutableArray<FileChange>?> compareFiles)
{
    private const int MostFiles = 20;

    /// <summary>Why a step was not in the cache.</summary>
    public ImmutableArray<StepReason> Explain(StepTrace step, bool ignoresCache)
    {
        if (ignoresCache)
        {
            return [new(StepReasons.NoCache, step.Name, null, null)];
        }

        if (FindClosest(step) is not { } closest)
        {
            return [new(StepReasons.New, step.Name, null, null)];
        }

        var reasons = ImmutableArray.CreateBuilder<StepReason>();
        AddCommand(closest, step, reasons);

        // What a step stands on last: it is explained where it stands itself.
        foreach (var (name, before, after) in Differences(closest, step).OrderBy(difference => difference.Name == "parent"))
        {
            Add(name, before, after, reasons);
        }

        return reasons.Count > 0 ? reasons.ToImmutable() : [new(StepReasons.Lost, step.Name, null, null)];
    }

    private StepTrace? FindClosest(StepTrace step)
    {
        StepTrace? best = null;
        var fewest = int.MaxValue;
        foreach (var candidate in earlier.SelectMany(build => build.Steps))
        {
            if (!candidate.Parts.IsEmpty && !step.Parts.IsEmpty && candidate.Parts[0] == step.Parts[0] && Distance(candidate, step) is var distance && distance < fewest)
            {
                (best, fewest) = (candidate, distance);
            }
        }

        return best;
    }

    // The same text in another place is closer than another text in the same place, and that than anything else.
    private static int Distance(StepTrace candidate, StepTrace step) =>
        (Differences(candidate, step).Count() * 2) + (TextOf(candidate) == TextOf(step) ? 0 : PlaceOf(candidate) == PlaceOf(step) ? 1 : 4);

    private static string PlaceOf(StepTrace step) => step.Name[..^TextOf(step).Length];

    private static string TextOf(StepTrace step) => StepNames.TextOf(step.Name);

    private static IEnumerable<(string Name, string? Before, string? After)> Differences(StepTrace before, StepTrace after)
    {
        var old = Index(before);
        var now = Index(after);
        foreach (var (name, value) in now)
        {
            if (!old.TryGetValue(name, out var was) || was != value)
            {
                yield return (name, was, value);
            }
        }

        foreach (var (name, value) in old)
        {
            if (!now.ContainsKey(name))
            {
                yield return (name, value, null);
            }
        }
    }

    // Parts of one name (several mounts) are told apart by their order.
    private static Dictionary<string, string> Index(StepTrace step)
    {
        var index = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in step.Parts)
        {
            var name = part.Name;
            for (var number = 2; !index.TryAdd(name, part.Value); number++)
            {
                name = $"{part.Name} ({number})";
            }
        }

        return index;
    }

    private static void AddCommand(StepTrace before, StepTrace after, ImmutableArray<StepReason>.Builder reasons)
    {
        var (old, now) = (CommandOf(before), CommandOf(after));
        if (old != now)
        {
            reasons.Add(new(StepReasons.Instruction, "the command", old, now));
        }
    }

    private static string CommandOf(StepTrace step) => string.Join(' ', step.Parts.Where(part => part.Name.StartsWith("command[", StringComparison.Ordinal)).Select(part => part.Value));

    private void Add(string name, string? before, string? after, ImmutableArray<StepReason>.Builder reasons)
    {
        if (name.StartsWith("command", StringComparison.Ordinal))
        {
            return;
        }

        if (name == "parent")
        {
            var parent = Digest.TryParse(after, out var key) ? nameOf(key) : null;
            var isBase = parent?.Contains("] FROM ", StringComparison.Ordinal) == true;
            reasons.Add(isBase ? new(StepReasons.Base, parent!, before, after) : new(StepReasons.Parent, parent ?? "a step below", null, null));
        }
        else if (name.StartsWith(StepKeys.FilesPrefix, StringComparison.Ordinal))
        {
            AddFiles(name[StepKeys.FilesPrefix.Length..], before, after, reasons);
        }
        else if (name.StartsWith("variable ", StringComparison.Ordinal))
        {
            reasons.Add(new(StepReasons.Argument, name["variable ".Length..], before, after));
        }
        else
        {
            reasons.Add(new(StepReasons.Instruction, name, before, after));
        }
    }

    private void AddFiles(string what, string? before, string? after, ImmutableArray<StepReason>.Builder reasons)
    {
        if (!Digest.TryParse(before, out var old) || !Digest.TryParse(after, out var now) || compareFiles(old, now) is not { IsEmpty: false } changes)
        {
            reasons.Add(new(StepReasons.Files, what, before, after));
            return;
        }

        foreach (var change in changes.Take(MostFiles))
        {
            reasons.Add(new(StepReasons.OfFile(change.Kind), change.Path, change.Before, change.After));
        }

        if (changes.Length > MostFiles)
        {
            reasons.Add(new(StepReasons.MoreFiles, $"{changes.Length - MostFiles}", null, null));
        }
    }
}
