using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.UnitTests.Linux;

/// <summary>Makes directories nested so deeply that no path could name the last one.</summary>
internal static class DeepTree
{
    private const string Memory = "/dev/shm";
    private const OpenFlags Flags = OpenFlags.ReadOnly | OpenFlags.Directory;

    /// <summary>A new directory; in memory where that is possible, because a disk takes seconds for so many directories.</summary>
    public static string CreateTop() =>
        Directory.Exists(Memory)
            ? Directory.CreateDirectory(Path.Join(Memory, "sharpbuild-deep-" + Path.GetRandomFileName())).FullName
            : Directory.CreateTempSubdirectory("sharpbuild-deep-").FullName;

    /// <summary>Makes <paramref name="levels"/> directories named "d" inside each other, with a file in the last.</summary>
    public static void Make(string top, int levels)
    {
        var current = Descriptors.Open(top, Flags);
        for (var i = 0; i < levels; i++)
        {
            Inodes.MakeDirectory(current, "d", 0b111_101_101);
            var next = Descriptors.OpenAt(current, "d", Flags, ResolveFlags.None);
            current.Dispose();
            current = next;
        }

        using (current)
        {
            Inodes.MakeNode(current, "end", FileKind.Regular, 0b110_100_100);
        }
    }

    /// <summary>How many descriptors this process has.</summary>
    public static int OpenDescriptors => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    /// <summary>Opens the top directory.</summary>
    public static SafeFileHandle Open(string path) => Descriptors.Open(path, Flags);
}
