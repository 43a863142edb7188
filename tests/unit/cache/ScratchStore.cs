using SharpBuild.Cache;
using SharpBuild.Linux;

namespace SharpBuild.UnitTests.Cache;

/// <summary>A store in a directory of its own, with room for source files beside it.</summary>
internal sealed class ScratchStore : IDisposable
{
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
