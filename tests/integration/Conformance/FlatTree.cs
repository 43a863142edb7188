using System.Globalization;
using System.Text;

namespace SharpBuild.IntegrationTests.Conformance;

/// <summary>The files that layers make when they are laid upon each other. Hard links are one record under several paths.</summary>
internal sealed class FlatTree
{
    private const string WhiteoutPrefix = ".wh.";
    private const string OpaqueMarker = ".wh..wh..opq";

    // What is older was given: by a case's context, a tar or SOURCE_DATE_EPOCH. What is younger is the moment of the build.
    private static readonly decimal OldestBuild = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    private readonly SortedDictionary<string, TarRecord> files = new(StringComparer.Ordinal);

    public static FlatTree Of(IEnumerable<byte[]> layers)
    {
        var tree = new FlatTree();
        foreach (var layer in layers)
        {
            tree.Apply([.. TarRecords.Read(new MemoryStream(layer))]);
        }

        return tree;
    }

    /// <summary>What differs from the tree that was there before, a line a path.</summary>
    public string Describe(FlatTree before)
    {
        var text = new StringBuilder();
        var firstPaths = new Dictionary<TarRecord, string>(ReferenceEqualityComparer.Instance);
        foreach (var path in files.Keys.Union(before.files.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (!files.TryGetValue(path, out var record))
            {
                text.Append(CultureInfo.InvariantCulture, $"  gone /{path}\n");
            }
            else if (!firstPaths.TryAdd(record, path))
            {
                var first = firstPaths[record];
                text.Append(before.AreLinked(first, path) ? "" : $"  same /{path} as /{first}\n");
            }
            else if (!before.files.TryGetValue(path, out var old) || Describe(old, path) != Describe(record, path))
            {
                text.Append(CultureInfo.InvariantCulture, $"  {Describe(record, path)}\n");
            }
        }

        return text.ToString();
    }

    private bool AreLinked(string path, string other) => files.TryGetValue(path, out var record) && ReferenceEquals(record, files.GetValueOrDefault(other));

    private void Apply(List<TarRecord> layer)
    {
        foreach (var record in layer)
        {
            var (directory, name) = Split(record.Path);
            if (name == OpaqueMarker)
            {
                RemoveBelow(directory);
            }
            else if (name.StartsWith(WhiteoutPrefix, StringComparison.Ordinal))
            {
                Remove(Join(directory, name[WhiteoutPrefix.Length..]));
            }
        }

        foreach (var record in layer.Where(r => r.Path.Length > 0 && !Split(r.Path).Name.StartsWith(WhiteoutPrefix, StringComparison.Ordinal)))
        {
            if (record.Kind != TarRecord.Directory)
            {
                RemoveBelow(record.Path);
            }

            files[record.Path] = record.Kind == TarRecord.HardLink ? files[record.Link] : record;
        }
    }

    private void Remove(string path)
    {
        RemoveBelow(path);
        files.Remove(path);
    }

    private void RemoveBelow(string directory)
    {
        foreach (var path in files.Keys.Where(p => directory.Length == 0 || p.StartsWith(directory + "/", StringComparison.Ordinal)).ToList())
        {
            files.Remove(path);
        }
    }

    private static (string Directory, string Name) Split(string path) =>
        path.LastIndexOf('/') is var slash and >= 0 ? (path[..slash], path[(slash + 1)..]) : ("", path);

    private static string Join(string directory, string name) => directory.Length == 0 ? name : $"{directory}/{name}";

    private static string Describe(TarRecord record, string path)
    {
        var mode = Convert.ToString(record.Mode, 8).PadLeft(4, '0');
        var what = record.Kind switch
        {
            '0' => $"file {mode} {record.Owner} /{path} {NameText.Describe(record.Content)}",
            TarRecord.SymbolicLink => $"link {record.Owner} /{path} -> {record.Link}",
            '3' => $"char {mode} {record.Owner} /{path} {record.Device}",
            '4' => $"block {mode} {record.Owner} /{path} {record.Device}",
            TarRecord.Directory => $"dir {mode} {record.Owner} /{path}",
            '6' => $"fifo {mode} {record.Owner} /{path}",
            _ => $"type '{record.Kind}' {mode} {record.Owner} /{path}",
        };
        var time = record.Modified < OldestBuild ? " @" + Time(record.Modified) : "";
        return what + time + string.Concat(record.Attributes.Select(a => $" {a.Key}={a.Value}"));
    }

    private static string Time(decimal seconds)
    {
        var whole = DateTimeOffset.FromUnixTimeSeconds((long)decimal.Floor(seconds)).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        var fraction = seconds - decimal.Floor(seconds);
        return fraction == 0 ? whole : whole + fraction.ToString(CultureInfo.InvariantCulture)[1..];
    }
}
