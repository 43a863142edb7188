using System.Buffers.Binary;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Storage;

/// <summary>
/// Tells whether what was written at some instant can be trusted. Layers are written without any fsync (overlayfs'
/// <c>volatile</c>); within the same boot the page cache makes that right, even after kill -9. After a power loss it is right only
/// for what was written before the last syncfs of that boot, which leaves a mark here.
/// </summary>
internal sealed class FlushMarks(CachePaths paths, StoreSession session, TimeProvider clock)
{
    private readonly Lazy<string> boot = new(ReadBootId);

    /// <summary>The instant, to be kept beside what was written.</summary>
    public WriteStamp Now() => new(boot.Value, clock.GetTimestamp());

    /// <summary>Whether what carries <paramref name="stamp"/> is whole.</summary>
    public bool Covers(WriteStamp stamp) => stamp.BootId == boot.Value || stamp.Instant <= ReadMark(stamp.BootId);

    /// <summary>Puts all written so far on the disk, and says so. Blocks for as long as the disk takes.</summary>
    public void Flush()
    {
        var now = Now();
        using (var root = Descriptors.Open(paths.Root, OpenFlags.ReadOnly | OpenFlags.Directory))
        {
            FileSystems.Synchronize(root);
        }

        // The mark must not be lost either, or all that it vouches for is distrusted.
        Span<byte> content = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(content, now.Instant);
        AtomicFile.Write(session, paths.Flush(now.BootId), content, durable: true);
    }

    /// <summary>When this boot's writes were last put on the disk; null when they never were.</summary>
    public DateTimeOffset? LastFlush => FileStatuses.TryGet(paths.Flush(boot.Value), out var status) ? DateTimeOffset.FromUnixTimeSeconds(status.Modified.Seconds) : null;

    private long ReadMark(string bootId) =>
        Guid.TryParse(bootId, out _) && AtomicFile.TryRead(paths.Flush(bootId)) is { Length: sizeof(long) } content
            ? BinaryPrimitives.ReadInt64LittleEndian(content)
            : long.MinValue;

    private static string ReadBootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}

/// <summary>When something was written.</summary>
/// <param name="BootId">The kernel's id of the boot.</param>
/// <param name="Instant">The monotonic clock, which all processes of a boot share.</param>
internal readonly record struct WriteStamp(string BootId, long Instant);
