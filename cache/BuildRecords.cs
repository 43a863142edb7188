using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using SharpBuild.Cache.Storage;
using SharpBuild.Image;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>The results of steps, by key: one small file each, atomic. Thread-safe; several processes may write the same key, the last one wins.</summary>
public sealed class BuildRecords : IDisposable
{
    private const int WorthCaching = 64;
    private readonly CachePaths paths;
    private readonly StoreSession session;
    private readonly LayerStore layers;
    private readonly FlushMarks marks;
    private readonly Lazy<MemoryCache> memory = new(() => new(new MemoryCacheOptions { SizeLimit = 10_000 }));
    private int lookups;

    internal BuildRecords(CachePaths paths, StoreSession session, LayerStore layers, FlushMarks marks) =>
        (this.paths, this.session, this.layers, this.marks) = (paths, session, layers, marks);

    /// <summary>The record of a key; null when there is none, when one of its layers is gone, or when a power loss may have damaged them.</summary>
    public BuildRecord? TryGet(Digest key)
    {
        // A build asks for each key once. Only a process that asks for many (a server of builds) gains by keeping them;
        // the others are spared the 3 ms that the cache takes to come up.
        var isBusy = Interlocked.Increment(ref lookups) > WorthCaching;
        if (isBusy && memory.Value.TryGetValue(key, out BuildRecord? known) && known is not null)
        {
            return IsUsable(known) ? known : null;
        }

        var record = JsonFiles.TryRead(paths.Record(key), element => Read(key, element));
        if (record is null || !IsUsable(record))
        {
            return null;
        }

        if (isBusy)
        {
            memory.Value.Set(key, record, new MemoryCacheEntryOptions { Size = 1 });
        }

        return record;
    }

    /// <summary>Remembers a result. Costs no fsync: after a power loss the record only counts if its layers reached the disk, too.</summary>
    public void Put(BuildRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        AtomicFile.Write(session, paths.Record(record.Key), JsonFiles.Write(writer => Write(record, writer)), durable: false);
        if (memory.IsValueCreated)
        {
            memory.Value.Remove(record.Key);
        }
    }

    /// <summary>Forgets a result.</summary>
    public void Remove(Digest key)
    {
        File.Delete(paths.Record(key));
        if (memory.IsValueCreated)
        {
            memory.Value.Remove(key);
        }
    }

    /// <summary>All records that count, in no order. Reads every file.</summary>
    public IEnumerable<BuildRecord> List() => ReadFiles().Select(file => file.Record).OfType<BuildRecord>().Where(record => layers.ContainsAll(record.Layers));

    /// <summary>All files, whatever is in them.</summary>
    internal IEnumerable<RecordFile> ReadFiles()
    {
        foreach (var path in Directory.EnumerateFiles(paths.Records, "*", SearchOption.AllDirectories))
        {
            if (!FileStatuses.TryGet(path, out var status))
            {
                continue;
            }

            var hex = Path.GetFileName(Path.GetDirectoryName(path)) + Path.GetFileNameWithoutExtension(path);
            var record = Digest.TryParse("sha256:" + hex, out var key) ? JsonFiles.TryRead(path, element => Read(key, element)) : null;
            yield return new(path, record, status);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (memory.IsValueCreated)
        {
            memory.Value.Dispose();
        }
    }

    // Touched first, looked at then: a collector that has not seen the touch has not taken the layers either (see GarbageCollector).
    private bool IsUsable(BuildRecord record) => AtomicFile.TryTouch(paths.Record(record.Key)) && layers.ContainsAll(record.Layers);

    private void Write(BuildRecord record, Utf8JsonWriter writer)
    {
        writer.WriteString("created", record.Created);
        writer.WriteString("description", record.Description);
        JsonFiles.WriteStamp(writer, marks.Now());
        JsonFiles.WriteLayers(writer, record.Layers.AsSpan());
        writer.WriteStartArray("parts");
        foreach (var part in record.Parts)
        {
            writer.WriteStringValue(part.Name);
            writer.WriteStringValue(part.Value);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("facts");
        foreach (var (name, value) in record.Facts)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    }

    private BuildRecord? Read(Digest key, JsonElement element)
    {
        var chain = JsonFiles.ReadLayers(element);
        if (!marks.Covers(JsonFiles.ReadStamp(element)) && !layers.AreIntact(chain))
        {
            return null;
        }

        var texts = element.GetProperty("parts");
        var parts = ImmutableArray.CreateBuilder<KeyPart>(texts.GetArrayLength() / 2);
        string? name = null;
        foreach (var text in texts.EnumerateArray())
        {
            if (name is null)
            {
                name = text.GetString();
                continue;
            }

            parts.Add(new(name, text.GetString() ?? ""));
            name = null;
        }

        var facts = ImmutableSortedDictionary<string, string>.Empty;
        foreach (var fact in element.GetProperty("facts").EnumerateObject())
        {
            facts = facts.Add(fact.Name, fact.Value.GetString() ?? "");
        }

        return new(key, chain, element.GetProperty("created").GetDateTimeOffset(), element.GetProperty("description").GetString() ?? "", parts.ToImmutable())
        {
            Facts = facts,
        };
    }
}

/// <summary>A file among the build records.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Record">What it says; null when it does not count.</param>
/// <param name="Status">Its status before it was read; its time is when it was written or asked for last.</param>
internal readonly record struct RecordFile(string Path, BuildRecord? Record, FileStatus Status);
