using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.UnitTests.Linux;

/// <summary>Makes directories nested so deeply that no path could name the last one.</summary>
internal static class DeepTree
{
    private const OpenFlags Flags = OpenFlags.ReadOnly | OpenFlags.Directory;

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
