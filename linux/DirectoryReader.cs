using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>getdents64(2): the names in a directory, with kinds, without a stat call each.</summary>
public static unsafe partial class DirectoryReader
{
    private const int BufferSize = 64 * 1024;
    private const int HeaderSize = 19; // inode 8, offset 8, length 2, kind 1

    /// <summary>Reads all entries, in the file system's order.</summary>
    /// <param name="directory">An open directory (not <c>O_PATH</c>); its position moves.</param>
    public static List<DirectoryEntry> Read(SafeFileHandle directory)
    {
        var entries = new List<DirectoryEntry>();
        var buffer = (byte*)NativeMemory.Alloc(BufferSize);
        try
        {
            while (true)
            {
                var length = getdents64(directory, buffer, BufferSize);
                Errno.ThrowIfFailed(length, "getdents64", null);
                if (length == 0)
                {
                    return entries;
                }

                AddEntries(new ReadOnlySpan<byte>(buffer, (int)length), entries);
            }
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    private static void AddEntries(ReadOnlySpan<byte> records, List<DirectoryEntry> entries)
    {
        while (records.Length > 0)
        {
            var size = BinaryPrimitives.ReadUInt16LittleEndian(records[16..]);
            var name = records[HeaderSize..size];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                // DT_* is the kind shifted right by twelve bits.
                entries.Add(new(FileNames.Decode(name), (FileKind)(records[18] << 12), BinaryPrimitives.ReadUInt64LittleEndian(records)));
            }

            records = records[size..];
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint getdents64(SafeFileHandle directory, byte* buffer, nint size);
}

/// <summary>A name in a directory.</summary>
/// <param name="Name">The name, never <c>.</c> or <c>..</c>.</param>
/// <param name="Kind">The kind; <see cref="FileKind.Unknown"/> where the file system does not tell.</param>
/// <param name="Inode">The inode number.</param>
public readonly record struct DirectoryEntry(string Name, FileKind Kind, ulong Inode);
