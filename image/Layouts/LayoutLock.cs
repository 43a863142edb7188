using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Image.Layouts;

/// <summary>
/// Held while the index of a layout is read, changed and written, so that of two who write into one layout neither loses the other's
/// image. BuildKit locks the same file in the same way.
/// </summary>
internal sealed class LayoutLock : IDisposable
{
    private const int Mode = 0b110_100_100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private readonly SafeFileHandle file;
    private readonly string path;

    private LayoutLock(SafeFileHandle file, string path) => (this.file, this.path) = (file, path);

    /// <summary>Waits until nobody else has it.</summary>
    public static async Task<LayoutLock> AcquireAsync(string directory, CancellationToken cancellationToken)
    {
        var name = Path.Join(directory, LayoutNames.Index + ".lock");
        while (true)
        {
            var opened = Descriptors.Open(name, OpenFlags.ReadWrite | OpenFlags.Create, Mode);

            // Who lets go removes the file: a lock on one that has no name any more keeps nobody out.
            if (FileLocks.TryLock(opened, exclusive: true) && FileStatuses.TryGet(name, out var status) && status.Inode == FileStatuses.Get(opened).Inode)
            {
                return new(opened, name);
            }

            opened.Dispose();
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(path);
        file.Dispose();
    }
}
