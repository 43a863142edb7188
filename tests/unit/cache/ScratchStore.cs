using SharpBuild.Cache;
using SharpBuild.Linux;

namespace SharpBuild.UnitTests.Cache;

/// <summary>A store in a directory of its own, with room for source files beside it.</summary>
internal sealed class ScratchStore : IDisposable
{
    private const string EarlierBoot = "11111111-2222-3333-4444-555555555555";

    public ScratchStore()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("sharpbuild-cache-").FullName;
        Context = Path.Join(Directory, "context");
        System.IO.Directory.CreateDirectory(Context);
        Store = Open();
    }

    public string Directory { get; }

    public string Context { get; }

    public Store Store { get; private set; }

    public string StoreRoot => Path.Join(Directory, "store");

    public Store Open() => Store.Open(new StoreOptions(StoreRoot, InUserNamespace: false, TimeProvider.System));

    public void Reopen()
    {
        Store.Dispose();
        Store = Open();
    }

    /// <summary>Makes a file of the store look as if an earlier boot had written it.</summary>
    public void Age(string path)
    {
        var full = Path.Join(StoreRoot, path);
        File.WriteAllText(full, File.ReadAllText(full).Replace(File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(), EarlierBoot, StringComparison.Ordinal));
    }

    /// <summary>Says that all that the earlier boot wrote had reached the disk.</summary>
    public void MarkFlushed() => File.WriteAllBytes(Path.Join(StoreRoot, "flushes", EarlierBoot), BitConverter.GetBytes(long.MaxValue));

    /// <summary>Writes a context file whose times are old enough to be trusted.</summary>
    public string Write(string path, string content, int ageSeconds = 60)
    {
        var full = Path.Join(Context, path);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        File.SetLastWriteTimeUtc(full, TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(-ageSeconds));
        return full;
    }

    public void Dispose()
    {
        Store.Dispose();
        TreeRemover.Remove(Directory);
    }
}
