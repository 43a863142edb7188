using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Cache;

/// <summary>A lock that is held until it is disposed.</summary>
public sealed class StoreLock : IDisposable
{
    private readonly SafeFileHandle file;
    private readonly string path;
    private bool released;

    internal StoreLock(SafeFileHandle file, string path) => (this.file, this.path) = (file, path);

    /// <summary>Releases the lock and leaves its file for the next one.</summary>
    internal void Leave()
    {
        released = true;
        file.Dispose();
    }

    /// <summary>Releases the lock and tidies up its file.</summary>
    public void Dispose()
    {
        if (released)
        {
            return;
        }

        released = true;

        // Only a holder who is alone may remove the file, and only before letting go; see StoreLocks for the other side.
        if (FileLocks.TryLock(file, exclusive: true))
        {
            File.Delete(path);
        }

        file.Dispose();
    }
}
