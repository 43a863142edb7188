using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>
/// Which content a file had when it last had this device, inode, size, mode and times. On disk: a header, entries sorted by inode,
/// and a SHA-256 of all before; looked up by binary search in the bytes as read, so that loading ten thousand entries parses nothing.
/// </summary>
internal sealed class StatIndex
{
    private const int HeaderSize = 8;
    private const ushort OldestAge = 30;
    private static readonly TimeSpan LocalMargin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ForeignMargin = TimeSpan.FromSeconds(2);
    private readonly byte[] content;
    private readonly bool[] seen;
    private readonly FileTime trustedBefore;
    private readonly ConcurrentDictionary<(ulong Device, ulong Inode), Entry> added = new();

    private StatIndex(byte[] content, FileTime trustedBefore)
    {
        this.content = content;
        this.trustedBefore = trustedBefore;
        seen = new bool[Entries.Length];
    }

    private static ReadOnlySpan<byte> Magic => "SBSTAT\0\x01"u8;

    private ReadOnlySpan<Entry> Entries => content.Length == 0 ? [] : MemoryMarshal.Cast<byte, Entry>(content.AsSpan(HeaderSize, content.Length - HeaderSize - SHA256.HashSizeInBytes));

    /// <summary>How many files it came with.</summary>
    public int Count => seen.Length;

    /// <summary>Reads an index; one that is damaged or of another version is empty.</summary>
    public static StatIndex Parse(byte[]? content, FileTime trustedBefore) => new(content is not null && IsValid(content) ? content : [], trustedBefore);

    /// <summary>Whether a file is an index of this version, undamaged.</summary>
    public static bool IsValidFile(byte[]? content) => content is not null && IsValid(content);

    /// <summary>
    /// A file that changed after this instant is "racy": it could change once more within the clock tick of its timestamps and look the
    /// same. Local file systems stamp with the kernel's coarse clock (at most 10 ms behind); others have clocks of their own.
    /// </summary>
    public static FileTime TrustedBefore(FileSystemKind kind, DateTimeOffset now)
    {
        var isLocal = kind is FileSystemKind.Ext4 or FileSystemKind.Xfs or FileSystemKind.Btrfs or FileSystemKind.Tmpfs or FileSystemKind.Overlay;
        var ticks = (now - (isLocal ? LocalMargin : ForeignMargin) - DateTimeOffset.UnixEpoch).Ticks;
        return new(Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest), (uint)rest * 100);
    }

    /// <summary>The digest of a file that still looks as it did.</summary>
    public bool TryGet(in FileStatus status, out FileDigest digest)
    {
        var entries = Entries;
        var position = Find(entries, status.Device, status.Inode);
        if (position >= 0 && entries[position].Matches(status))
        {
            ref readonly var entry = ref entries[position];
            seen[position] = true;
            digest = new(entry.Hash, entry.HasAttributes);
            return true;
        }

        if (added.TryGetValue((status.Device, status.Inode), out var fresh) && fresh.Matches(status))
        {
            digest = new(fresh.Hash, fresh.HasAttributes);
            return true;
        }

        digest = default;
        return false;
    }

    /// <summary>Remembers a file, unless it changed too lately to be sure.</summary>
    public void Add(in FileStatus status, in FileDigest digest)
    {
        if (IsBefore(status.Changed, trustedBefore) && IsBefore(status.Modified, trustedBefore))
        {
            added[(status.Device, status.Inode)] = new Entry(status, digest);
        }
    }

    /// <summary>The index to be kept, or null when nothing was added.</summary>
    public byte[]? TrySerialize()
    {
        if (added.IsEmpty)
        {
            return null;
        }

        var merged = Merge();
        var result = new byte[HeaderSize + (merged.Count * Unsafe.SizeOf<Entry>()) + SHA256.HashSizeInBytes];
        Magic.CopyTo(result);
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(merged)).CopyTo(result.AsSpan(HeaderSize));
        SHA256.HashData(result.AsSpan(..^SHA256.HashSizeInBytes), result.AsSpan(^SHA256.HashSizeInBytes..));
        return result;
    }

    private List<Entry> Merge()
    {
        var merged = new List<Entry>(added.Values);
        var entries = Entries;
        for (var i = 0; i < entries.Length; i++)
        {
            // Files that no build asked for in a long time (deleted ones) fall out.
            var entry = entries[i] with { Age = (ushort)(seen[i] ? 0 : entries[i].Age + 1) };
            if (entry.Age < OldestAge && !added.ContainsKey((entry.Device, entry.Inode)))
            {
                merged.Add(entry);
            }
        }

        merged.Sort(static (left, right) => Compare(left.Device, left.Inode, right.Device, right.Inode));
        return merged;
    }

    private static bool IsValid(ReadOnlySpan<byte> content)
    {
        if (content.Length < HeaderSize + SHA256.HashSizeInBytes || !content.StartsWith(Magic) || (content.Length - HeaderSize - SHA256.HashSizeInBytes) % Unsafe.SizeOf<Entry>() != 0)
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content[..^SHA256.HashSizeInBytes], hash);
        return content.EndsWith(hash);
    }

    private static int Find(ReadOnlySpan<Entry> entries, ulong device, ulong inode)
    {
        var (low, high) = (0, entries.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = Compare(entries[middle].Device, entries[middle].Inode, device, inode);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    private static int Compare(ulong leftDevice, ulong leftInode, ulong rightDevice, ulong rightInode) =>
        leftDevice != rightDevice ? leftDevice.CompareTo(rightDevice) : leftInode.CompareTo(rightInode);

    private static bool IsBefore(FileTime time, FileTime limit) =>
        time.Seconds < limit.Seconds || (time.Seconds == limit.Seconds && time.Nanoseconds < limit.Nanoseconds);

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly record struct Entry
    {
        public Entry(in FileStatus status, in FileDigest digest)
        {
            Device = status.Device;
            Inode = status.Inode;
            Size = status.Size;
            ModifiedSeconds = status.Modified.Seconds;
            ChangedSeconds = status.Changed.Seconds;
            ModifiedNanoseconds = status.Modified.Nanoseconds;
            ChangedNanoseconds = status.Changed.Nanoseconds;
            Mode = (uint)status.Kind | (uint)status.Permissions;
            Flags = (ushort)(digest.HasAttributes ? 1 : 0);
            Hash = digest.Hash;
        }

        public readonly ulong Device;
        public readonly ulong Inode;
        public readonly long Size;
        public readonly long ModifiedSeconds;
        public readonly long ChangedSeconds;
        public readonly uint ModifiedNanoseconds;
        public readonly uint ChangedNanoseconds;
        public readonly uint Mode;
        public readonly ushort Flags;
        public readonly Hash256 Hash;

        public ushort Age { get; init; }

        public bool HasAttributes => Flags != 0;

        public bool Matches(in FileStatus status) =>
            Device == status.Device && Inode == status.Inode && Size == status.Size
            && ModifiedSeconds == status.Modified.Seconds && ModifiedNanoseconds == status.Modified.Nanoseconds
            && ChangedSeconds == status.Changed.Seconds && ChangedNanoseconds == status.Changed.Nanoseconds
            && Mode == ((uint)status.Kind | (uint)status.Permissions);
    }
}
