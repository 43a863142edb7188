using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Testing;

/// <summary>A directory for one test, removed with all it holds when disposed.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory()
    {
        Path = Directory.CreateTempSubdirectory("sharpbuild-test-").FullName;
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>The absolute path of a name in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Makes a directory in it and opens it.</summary>
    public SafeFileHandle MakeAndOpen(string name)
    {
        Directory.CreateDirectory(this[name]);
        return Open(name);
    }

    /// <summary>Opens a directory in it, or itself for an empty name.</summary>
    public SafeFileHandle Open(string name = "") => Descriptors.Open(this[name], OpenFlags.ReadOnly | OpenFlags.Directory);

    public void Dispose() => TreeRemover.Remove(Path);
}
