using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>Reads a regular file once, for its digest and for whoever else wants the bytes.</summary>
internal static class FileReader
{
    private const int BufferSize = 256 * 1024;
    private const OpenFlags FileFlags = OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking;

    [ThreadStatic]
    private static byte[]? shared;

    /// <summary>This thread's buffer; its content lasts until the next call here.</summary>
    public static byte[] Buffer => shared ??= GC.AllocateUninitializedArray<byte>(BufferSize);

    /// <summary>Opens a file of a source; a FIFO that took its place does not block, a link is refused.</summary>
    public static SafeFileHandle Open(SafeFileHandle directory, string name) => Descriptors.OpenAt(directory, name, FileFlags, ResolveFlags.None);

    /// <summary>The digest of an open file, from its start; at most <paramref name="size"/> bytes count: a file that grows while we look is what it was.</summary>
    public static FileDigest Digest(SafeFileHandle file, long size)
    {
        var content = default(Hash256);
        var buffer = Buffer;
        if (size <= buffer.Length)
        {
            SHA256.HashData(buffer.AsSpan(0, FileTransfers.Read(file, buffer.AsSpan(0, (int)size))), content);
            return WithAttributes(file, content);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var left = size; left > 0;)
        {
            var count = FileTransfers.Read(file, buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
            if (count == 0)
            {
                break;
            }

            hash.AppendData(buffer.AsSpan(0, count));
            left -= count;
        }

        hash.GetHashAndReset(content);
        return WithAttributes(file, content);
    }

    /// <summary>Joins the hash of the bytes with the attributes of the open file.</summary>
    public static FileDigest WithAttributes(SafeFileHandle file, Hash256 content)
    {
        var attributes = FileAttributeSet.Read(file);
        if (attributes.IsEmpty)
        {
            return new(content, HasAttributes: false);
        }

        using var frame = new DigestFrame();
        frame.Append("attributes");
        frame.Append(content);
        attributes.AppendTo(frame);
        return new(frame.Finish(), HasAttributes: true);
    }
}
