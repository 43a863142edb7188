using SharpBuild.Builder.Explaining;
using SharpBuild.Cache.Traces;
using SharpBuild.Cli.Listing;

namespace SharpBuild.Cli.Rendering;

/// <summary>Why steps were not in the cache.</summary>
internal static class ExplanationText
{
    /// <summary>Prints it for people: a step, and below it what changed.</summary>
    public static void Write(TextWriter output, IReadOnlyCollection<StepTrace> steps)
    {
        foreach (var step in steps)
        {
            output.Write($"{DisplayText.Clean(step.Name)}\n");
            foreach (var line in Lines(step))
            {
                output.Write($"    {DisplayText.Clean(line)}\n");
            }
        }
    }

    /// <summary>Prints one JSON object a step.</summary>
    public static void WriteJson(TextWriter output, IReadOnlyCollection<StepTrace> steps)
    {
        foreach (var step in steps)
        {
            JsonLines.WriteLine(output, json =>
            {
                json.WriteString("step", step.Name);
                json.WriteString("key", step.Key?.ToString());
                json.WriteString("outcome", Word(step.Outcome));
                json.WriteStartArray("reasons");
                foreach (var reason in step.Reasons)
                {
                    json.WriteStartObject();
                    json.WriteString("kind", reason.Kind);
                    json.WriteString("subject", reason.Subject);
                    json.WriteString("before", reason.Before);
                    json.WriteString("after", reason.After);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
        }
    }

    private static IEnumerable<string> Lines(StepTrace step) => step.Outcome switch
    {
        StepOutcome.Cached => ["it was in the cache"],
        StepOutcome.None => ["the build ended before it"],
        _ => step.Reasons.Select(StepReasons.Describe),
    };

    private static string Word(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Cached => "cached",
        StepOutcome.Ran => "ran",
        _ => "none",
    };
}
