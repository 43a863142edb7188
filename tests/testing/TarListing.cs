using System.Collections.Immutable;
using System.Formats.Tar;
using System.Security.Cryptography;

namespace SharpBuild.Testing;

/// <summary>What a tar holds, one line a file, so that two trees are compared by comparing text; read with the BCL's reader, not ours.</summary>
public static class TarListing
{
    /// <summary>Path → type, mode, owner, link target and content digest; a hard link reads as the file it names. Times are left out.</summary>
    /// <param name="tar">A plain tar.</param>
    /// <param name="isLeftOut">Paths, without a slash at either end, that do not count.</param>
    public static ImmutableSortedDictionary<string, string> Read(Stream tar, Func<string, bool>? isLeftOut = null)
    {
        using var reader = new TarReader(tar, leaveOpen: true);
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (reader.GetNextEntry() is { } entry)
        {
            var path = Normalize(entry.Name);
            entries[path] = entry.EntryType == TarEntryType.HardLink ? entries[Normalize(entry.LinkName)] : Describe(entry);
        }

        return entries.Where(entry => entry.Key.Length > 0 && isLeftOut?.Invoke(entry.Key) != true)
            .ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private static string Describe(TarEntry entry)
    {
        var owner = $"{entry.Uid}:{entry.Gid}";
        var mode = Convert.ToString((int)entry.Mode, 8);
        return entry.EntryType switch
        {
            TarEntryType.SymbolicLink => $"link {owner} -> {entry.LinkName}",
            TarEntryType.RegularFile or TarEntryType.V7RegularFile => $"file {owner} {mode} {entry.Length} {ContentDigest(entry)}",
            _ => $"{entry.EntryType} {owner} {mode}",
        };
    }

    private static string ContentDigest(TarEntry entry) =>
        entry.DataStream is { } content ? Convert.ToHexStringLower(SHA256.HashData(content)) : "empty";

    private static string Normalize(string name)
    {
        var path = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        return path.Trim('/') is "." ? "" : path.Trim('/');
    }
}
