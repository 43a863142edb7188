using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache.Content;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <summary>Copies the bytes of one regular file, and digests them in the same pass when that is wanted.</summary>
internal static class FileCopier
{
    private const int HoleSize = 4096;

    /// <summary>Copies an open file into an empty one.</summary>
    /// <returns>The hash of the bytes, when <paramref name="wantsHash"/>.</returns>
    public static Hash256 Copy(SafeFileHandle source, SafeFileHandle target, in FileStatus status, bool wantsHash)
    {
        var buffer = FileReader.Buffer;
        if (status.Size <= buffer.Length)
        {
            return CopySmall(source, target, buffer.AsSpan(0, (int)status.Size), wantsHash);
        }

        var isSparse = status.Blocks * 512 < status.Size;
        return wantsHash || isSparse ? CopyLarge(source, target, status.Size, wantsHash, isSparse)
            : FileTransfers.TryClone(source, target) || FileTransfers.CopyToEnd(source, target) >= 0 ? default
            : CopyLarge(source, target, status.Size, wantsHash, isSparse);
    }

    private static Hash256 CopySmall(SafeFileHandle source, SafeFileHandle target, Span<byte> buffer, bool wantsHash)
    {
        var hash = default(Hash256);
        var data = buffer[..FileTransfers.Read(source, buffer)];
        FileTransfers.Write(target, data);
        if (wantsHash)
        {
            SHA256.HashData(data, hash);
        }

        return hash;
    }

    private static Hash256 CopyLarge(SafeFileHandle source, SafeFileHandle target, long size, bool wantsHash, bool isSparse)
    {
        var result = default(Hash256);
        var buffer = FileReader.Buffer;
        using var hash = wantsHash ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        long done = 0;
        while (done < size)
        {
            var data = buffer.AsSpan(0, (int)Math.Min(size - done, buffer.Length));
            data = data[..FileTransfers.Read(source, data)];
            if (data.IsEmpty)
            {
                break;
            }

            hash?.AppendData(data);
            if (isSparse)
            {
                WriteAroundHoles(target, data);
            }
            else
            {
                FileTransfers.Write(target, data);
            }

            done += data.Length;
        }

        if (isSparse)
        {
            FileTransfers.SetSize(target, done);
        }

        hash?.GetHashAndReset(result);
        return result;
    }

    // A sparse file stays sparse: blocks of zeros are skipped. Only for files that have holes, which are few.
    private static void WriteAroundHoles(SafeFileHandle target, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var block = data[..Math.Min(HoleSize, data.Length)];
            if (block.ContainsAnyExcept((byte)0))
            {
                FileTransfers.Write(target, block);
            }
            else
            {
                FileTransfers.Skip(target, block.Length);
            }

            data = data[block.Length..];
        }
    }
}
