using System.Globalization;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Runtime.Starting;

/// <summary>A directory of a cgroup tree that holds one sandbox, locked (flock(2)) as long as whoever made it lives.</summary>
/// <remarks>
/// A directory whose lock is free was left by a process that was killed. The lock tells that where a process id cannot: ids are used
/// again, and mean nothing to those who share the tree from another process namespace.
/// </remarks>
internal sealed class CgroupDirectory
{
    /// <summary>How the names of all of them begin, in whatever parent they are.</summary>
    public const string Prefix = "sharpbuild-";

    private const int RemovalAttempts = 40;
    private const int MakingAttempts = 3;
    private const int KillSignal = 9;

    private static int lastNumber;

    private readonly SafeFileHandle handle;

    private CgroupDirectory(string path, SafeFileHandle handle) => (Path, this.handle) = (path, handle);

    /// <summary>Its whole path.</summary>
    public string Path { get; }

    /// <summary>Makes one below a directory, which is made, too.</summary>
    public static CgroupDirectory Make(string parent)
    {
        for (var attempt = 1; ; attempt++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{parent}/{Prefix}{System.Environment.ProcessId}-{Interlocked.Increment(ref lastNumber)}");
            Directory.CreateDirectory(path);

            // Between these lines another process may have taken it for a leftover; it does so once at most for each process.
            if (TryTake(path) is { } made)
            {
                return made;
            }

            if (attempt == MakingAttempts)
            {
                throw new IOException($"'{path}' vanishes as soon as it is made");
            }
        }
    }

    /// <summary>Takes a directory that nobody holds; null when somebody does, or it is gone.</summary>
    public static CgroupDirectory? TryTake(string path)
    {
        var opened = Descriptors.TryOpen(path, OpenFlags.ReadOnly | OpenFlags.Directory, out _);
        if (opened is null)
        {
            return null;
        }

        // Who had it before us may have removed it before we got the lock.
        if (FileLocks.TryLock(opened, exclusive: true) && Directory.Exists(path))
        {
            return new(path, opened);
        }

        opened.Dispose();
        return null;
    }

    /// <summary>Kills what is in it: only where it was left by one that was killed, and the first process of its sandbox has outlived that.</summary>
    public void KillAll()
    {
        if (File.Exists($"{Path}/cgroup.kill"))
        {
            File.WriteAllText($"{Path}/cgroup.kill", "1");
            return;
        }

        foreach (var id in ReadProcesses())
        {
            KillIfHere(id);
        }
    }

    /// <summary>Removes it and gives the lock back; it may take the kernel a moment to forget the processes that were in it.</summary>
    public async ValueTask RemoveAsync()
    {
        for (var attempt = 0; attempt < RemovalAttempts && !TryRemove(); attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }

        handle.Dispose();
    }

    // The descriptor first: what is in the cgroup after it was opened is what the descriptor means, not a later process of that id.
    private void KillIfHere(int id)
    {
        try
        {
            using var process = Processes.Open(id);
            if (ReadProcesses().Contains(id))
            {
                Processes.SendSignal(process, KillSignal);
            }
        }
        catch (SyscallException gone) when (gone.Errno == Errno.ESRCH)
        {
        }
    }

    // A process of a namespace that we do not see into is listed as 0.
    private List<int> ReadProcesses()
    {
        var ids = new List<int>();
        foreach (var line in File.ReadAllLines($"{Path}/cgroup.procs"))
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id != 0)
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    private bool TryRemove()
    {
        try
        {
            Directory.Delete(Path);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
