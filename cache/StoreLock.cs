using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>A lock that is held until it is disposed.</summary>
public sealed class StoreLock : IDisposable
{
    private readonly SafeFileHandle file;
    private readonly string path;
    private readonly bool keepsFile;
    private bool released;

    internal StoreLock(SafeFileHandle file, string path, bool keepsFile = false) => (this.file, this.path, this.keepsFile) = (file, path, keepsFile);

    /// <summary>The open file that is locked. Whoever has a duplicate of it, in whatever process, holds the lock as well.</summary>
    public SafeFileHandle Handle => file;

    /// <summary>Releases the lock and tidies up its file.</summary>
    public void Dispose()
    {
        if (released)
        {
            return;
        }

        released = true;

        // Only a holder who is alone may remove the file, and only before letting go; see StoreLocks for the other side. To turn a shared
        // lock into one alone is not atomic (flock(2)): somebody may have come in between and removed the file, and another one made the
        // next, which is not ours.
        if (!keepsFile && FileLocks.TryLock(file, exclusive: true) && StoreLocks.IsNameOf(path, file))
        {
            File.Delete(path);
        }

        file.Dispose();
    }
}
