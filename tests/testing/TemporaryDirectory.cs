using SharpBuild.Linux;

namespace SharpBuild.Testing;

/// <summary>A directory of a test's own, removed with all that is in it; mounts below it are left alone and make the removal fail.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Makes an empty directory with mode 0700 in <c>TMPDIR</c> or <c>/tmp</c>.</summary>
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("sharpbuild-test-").FullName;

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>A path below this directory; nothing is made there.</summary>
    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Writes a file below this directory, with the directories it needs.</summary>
    /// <returns>The file's absolute path.</returns>
    public string Write(string relative, string text)
    {
        var path = this[relative];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Removes the directory and all below it.</summary>
    public void Dispose() => TreeRemover.Remove(Path);
}
