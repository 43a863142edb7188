using System.Globalization;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Image.Layers;

/// <summary>
/// Keeps what comes from somebody else from filling the disk: before its digest shows that it is not what was wanted, a small blob may
/// have unpacked to any size. One GiB of the disk, or a twentieth of a small one, stays free. Not thread-safe.
/// </summary>
/// <param name="place">An open file or directory of the disk.</param>
/// <param name="subject">What is being written, for messages.</param>
public sealed class DiskReserve(SafeFileHandle place, string subject)
{
    // To look costs a system call, and little things must not fail on a disk that is nearly full.
    private const long Interval = 64L << 20;
    private const long LargestReserve = 1L << 30;
    private const int SmallestPart = 20;

    private long written;

    /// <summary>Counts bytes that are going to be written.</summary>
    /// <exception cref="ImageException">Too little of the disk would be left.</exception>
    public void Take(long bytes)
    {
        written += bytes;
        if (written < Interval)
        {
            return;
        }

        var disk = FileSystems.GetStatus(place);
        var reserve = Math.Min(LargestReserve, disk.Size / SmallestPart);
        if (disk.Available - bytes < reserve)
        {
            throw new ImageException(ImageErrorCodes.FileSystem, $"{subject} needs more space than there is: {InMiB(disk.Available)} MiB of the disk are left, and {InMiB(reserve)} MiB stay free")
            {
                Subject = subject,
                Hint = "free some disk space, for example with 'sharpbuild prune'",
            };
        }

        written = 0;
    }

    private static string InMiB(long bytes) => (bytes >> 20).ToString(CultureInfo.InvariantCulture);
}
