using System.Collections.Immutable;
using System.Text.Json;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;

namespace SharpBuild.Cache.Traces;

/// <summary>The last builds of each Dockerfile that did some work. Only read to explain; losing it costs an explanation.</summary>
public sealed class TraceStore
{
    private const int Kept = 6;
    private readonly CachePaths paths;
    private readonly StoreSession session;
    private readonly StoreLocks locks;

    internal TraceStore(CachePaths paths, StoreSession session, StoreLocks locks) => (this.paths, this.session, this.locks) = (paths, session, locks);

    /// <summary>The traces of a Dockerfile, the newest first.</summary>
    /// <param name="identity">What the builds of one Dockerfile have in common.</param>
    public ImmutableArray<BuildTrace> Read(string identity) => JsonFiles.TryRead(paths.Trace(identity), ReadAll)?.Traces ?? [];

    /// <summary>Adds a trace; the oldest falls out.</summary>
    public void Add(string identity, BuildTrace trace)
    {
        // Builds of one Dockerfile may end at the same time, and none is to be forgotten.
        using var alone = locks.Acquire("trace " + identity);
        ImmutableArray<BuildTrace> all = [trace, .. Read(identity).Take(Kept - 1)];
        AtomicFile.Write(session, paths.Trace(identity), JsonFiles.Write(writer => Write(writer, all)), durable: false);
    }

    private static void Write(Utf8JsonWriter writer, ImmutableArray<BuildTrace> traces)
    {
        writer.WriteStartArray("builds");
        foreach (var trace in traces)
        {
            writer.WriteStartObject();
            writer.WriteString("time", trace.Time);
            writer.WriteStartArray("steps");
            foreach (var step in trace.Steps)
            {
                Write(writer, step);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, StepTrace step)
    {
        writer.WriteStartObject();
        writer.WriteString("name", step.Name);
        writer.WriteString("key", step.Key?.ToString());
        writer.WriteNumber("outcome", (int)step.Outcome);
        writer.WriteStartArray("parts");
        foreach (var part in step.Parts)
        {
            writer.WriteStringValue(part.Name);
            writer.WriteStringValue(part.Value);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("reasons");
        foreach (var reason in step.Reasons)
        {
            writer.WriteStringValue(reason.Kind);
            writer.WriteStringValue(reason.Subject);
            writer.WriteStringValue(reason.Before);
            writer.WriteStringValue(reason.After);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static All ReadAll(JsonElement element)
    {
        var traces = ImmutableArray.CreateBuilder<BuildTrace>();
        foreach (var build in element.GetProperty("builds").EnumerateArray())
        {
            traces.Add(new(build.GetProperty("time").GetDateTimeOffset(), [.. build.GetProperty("steps").EnumerateArray().Select(ReadStep)]));
        }

        return new(traces.ToImmutable());
    }

    private static StepTrace ReadStep(JsonElement step)
    {
        var parts = step.GetProperty("parts").EnumerateArray().Select(part => part.GetString() ?? "").Chunk(2);
        var reasons = step.GetProperty("reasons").EnumerateArray().Select(part => part.GetString()).Chunk(4);
        return new(
            step.GetProperty("name").GetString() ?? "",
            Digest.TryParse(step.GetProperty("key").GetString(), out var key) ? key : null,
            (StepOutcome)step.GetProperty("outcome").GetInt32(),
            [.. parts.Select(part => new KeyPart(part[0], part[1]))])
        {
            Reasons = [.. reasons.Select(reason => new StepReason(reason[0] ?? "", reason[1] ?? "", reason[2], reason[3]))],
        };
    }

    private sealed record All(ImmutableArray<BuildTrace> Traces);
}
