using System.Collections.Immutable;
using System.Security.Cryptography;
using SharpBuild.Image;
using SharpBuild.Image.Layers;
using SharpBuild.Image.Tar;

namespace SharpBuild.Cache;

/// <summary>Finds out in which files two layers differ, as their tars would.</summary>
/// <param name="store">Where they are.</param>
/// <param name="latest">Times later than this are taken for it, as when times are rewritten; null for times as they are.</param>
public sealed class LayerComparison(LayerStore store, DateTimeOffset? latest)
{
    private readonly LayerWriterOptions options = store.TarOptions with { LatestTime = latest };

    /// <summary>The differences in the order of their paths; none for two layers that make the same tar.</summary>
    public ImmutableArray<LayerDifference> Compare(LayerId first, LayerId second)
    {
        var (before, after) = (Read(first), Read(second));
        var result = ImmutableArray.CreateBuilder<LayerDifference>();
        foreach (var path in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var what = before.TryGetValue(path, out var left) && after.TryGetValue(path, out var right) ? left.DifferenceFrom(right) : "made only once";
            if (what.Length > 0)
            {
                result.Add(new("/" + path.TrimEnd('/'), what));
            }
        }

        return result.ToImmutable();
    }

    private SortedDictionary<string, Facts> Read(LayerId layer)
    {
        var entries = new SortedDictionary<string, Facts>(StringComparer.Ordinal);
        using var tar = store.OpenTar(layer, options);
        var reader = new TarReader(tar, CancellationToken.None);
        while (reader.Next() is { } entry)
        {
            entries[entry.DisplayPath] = Facts.Of(entry, HashContent(reader));
        }

        reader.Drain();
        return entries;
    }

    private static Digest HashContent(TarReader reader)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var piece = reader.ReadData(); piece.Length > 0; piece = reader.ReadData())
        {
            hash.AppendData(piece);
        }

        return Digest.OfSha256(hash.GetHashAndReset());
    }

    private sealed record Facts(TarEntryKind Kind, string Link, int Mode, (uint Uid, uint Gid) Owner, long Seconds, Digest Content, string Attributes)
    {
        public static Facts Of(TarEntry entry, Digest content) => new(
            entry.Kind,
            $"{System.Text.Encoding.UTF8.GetString(entry.LinkTarget.Span)} {entry.DeviceMajor}:{entry.DeviceMinor}",
            entry.Mode,
            (entry.Uid, entry.Gid),
            entry.Modified.Seconds,
            content,
            string.Join(' ', entry.Attributes?.Select(a => Convert.ToHexString(a.Name) + "=" + Convert.ToHexString(a.Value)) ?? []));

        public string DifferenceFrom(Facts other) => string.Join(", ", Differences(other));

        private IEnumerable<string> Differences(Facts other)
        {
            if (Kind != other.Kind || Link != other.Link)
            {
                yield return Kind == other.Kind ? "link" : "kind";
            }

            if (Content != other.Content)
            {
                yield return "content";
            }

            if (Mode != other.Mode)
            {
                yield return "mode";
            }

            if (Owner != other.Owner)
            {
                yield return "owner";
            }

            if (Seconds != other.Seconds)
            {
                yield return "time";
            }

            if (Attributes != other.Attributes)
            {
                yield return "attributes";
            }
        }
    }
}
