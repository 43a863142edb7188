using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace SharpBuild.Cache.Content;

/// <summary>
/// The files of a selection with a short digest each, to tell later which of them changed. On disk: sorted paths, each without what it
/// shares with the one before, then mode, owner and sixteen bytes of the content's digest; about 33 bytes a file. It explains what changed,
/// and tells which files of an earlier copy have the content that is wanted (<see cref="Copying.EarlierCopy"/>).
/// </summary>
internal sealed class FileManifest
{
    private const int HashLength = 16;
    private const uint KindMask = 0xF000; // S_IFMT
    private readonly SortedDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    private FileManifest()
    {
    }

    private static ReadOnlySpan<byte> Magic => "SBFILES\x02"u8;

    /// <summary>The manifest of a selection whose files are all digested.</summary>
    public static FileManifest Of(ResolvedSelection selection)
    {
        var manifest = new FileManifest();
        foreach (var match in selection.Matches)
        {
            manifest.Add(match.Node, match.Path);
        }

        return manifest;
    }

    /// <summary>Reads one; null when it is not whole.</summary>
    public static FileManifest? TryParse(byte[]? content)
    {
        if (content is null || !content.AsSpan().StartsWith(Magic))
        {
            return null;
        }

        try
        {
            var manifest = new FileManifest();
            manifest.Read(content.AsSpan(Magic.Length));
            return manifest;
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>Whether a file was there with just this content.</summary>
    public bool Contains(string path, SourceNode node, in FileDigest digest) =>
        entries.TryGetValue(path, out var entry) && (entry.Mode & KindMask) == (uint)node.Status.Kind && entry.Hash == HashOf(digest.Hash);

    /// <summary>What is to be kept.</summary>
    public byte[] Serialize()
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write(Magic);
        byte[] before = [];
        foreach (var (path, entry) in entries)
        {
            var bytes = Encoding.UTF8.GetBytes(path);
            var shared = bytes.AsSpan().CommonPrefixLength(before);
            WriteNumber(output, (uint)shared);
            WriteNumber(output, (uint)(bytes.Length - shared));
            output.Write(bytes.AsSpan(shared));
            WriteNumber(output, entry.Mode);
            WriteNumber(output, entry.Uid);
            WriteNumber(output, entry.Gid);
            BinaryPrimitives.WriteUInt128LittleEndian(output.GetSpan(HashLength), entry.Hash);
            output.Advance(HashLength);
            before = bytes;
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>What differs in <paramref name="later"/>, by path.</summary>
    public ImmutableArray<FileChange> Compare(FileManifest later)
    {
        var changes = ImmutableArray.CreateBuilder<FileChange>();
        foreach (var (path, entry) in later.entries)
        {
            if (!entries.TryGetValue(path, out var old))
            {
                changes.Add(new(path, FileChangeKind.Added, null, null));
            }
            else
            {
                AddChanges(path, old, entry, changes);
            }
        }

        foreach (var path in entries.Keys)
        {
            if (!later.entries.ContainsKey(path))
            {
                changes.Add(new(path, FileChangeKind.Removed, null, null));
            }
        }

        return changes.ToImmutable();
    }

    private static void AddChanges(string path, Entry old, Entry now, ImmutableArray<FileChange>.Builder changes)
    {
        if (old.Hash != now.Hash)
        {
            changes.Add(new(path, FileChangeKind.Content, null, null));
        }

        if (old.Mode != now.Mode)
        {
            changes.Add(new(path, FileChangeKind.Mode, Octal(old.Mode), Octal(now.Mode)));
        }

        if ((old.Uid, old.Gid) != (now.Uid, now.Gid))
        {
            changes.Add(new(path, FileChangeKind.Owner, $"{old.Uid}:{old.Gid}", $"{now.Uid}:{now.Gid}"));
        }
    }

    // With the kind in front, as stat(1) prints it: a link that became a file shows.
    private static string Octal(uint mode) => Convert.ToString(mode, 8).PadLeft(6, '0');

    private void Add(SourceNode top, string path)
    {
        entries[path.Length == 0 ? "." : path] = EntryOf(top);
        foreach (var visit in top.Below(path))
        {
            if (!visit.IsLeaving)
            {
                entries[visit.Path] = EntryOf(visit.Node);
            }
        }
    }

    private static Entry EntryOf(SourceNode node) =>
        new((uint)node.Status.Kind | (uint)node.Status.Permissions, node.Status.Uid, node.Status.Gid, HashOf(node));

    private static UInt128 HashOf(SourceNode node) =>
        node.Digest is { } digest ? HashOf(digest.Hash) : HashOf(Hash256.Of(SHA256.HashData(Encoding.UTF8.GetBytes(node.LinkTarget ?? ""))));

    private static UInt128 HashOf(Hash256 hash) => BinaryPrimitives.ReadUInt128LittleEndian(hash);

    private void Read(ReadOnlySpan<byte> input)
    {
        var path = Array.Empty<byte>();
        while (!input.IsEmpty)
        {
            var shared = (int)ReadNumber(ref input);
            var length = (int)ReadNumber(ref input);
            path = [.. path.AsSpan(0, shared), .. input[..length]];
            input = input[length..];
            var (mode, uid, gid) = (ReadNumber(ref input), ReadNumber(ref input), ReadNumber(ref input));
            entries[Encoding.UTF8.GetString(path)] = new(mode, uid, gid, BinaryPrimitives.ReadUInt128LittleEndian(input));
            input = input[HashLength..];
        }
    }

    private static void WriteNumber(ArrayBufferWriter<byte> output, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            output.Write([(byte)(value | 0x80)]);
        }

        output.Write([(byte)value]);
    }

    private static uint ReadNumber(ref ReadOnlySpan<byte> input)
    {
        uint value = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (shift > 28 || input.IsEmpty)
            {
                throw new InvalidDataException("the list of files is damaged");
            }

            var next = input[0];
            input = input[1..];
            value |= (uint)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private readonly record struct Entry(uint Mode, uint Uid, uint Gid, UInt128 Hash);
}
