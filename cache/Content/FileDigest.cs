using System.Runtime.CompilerServices;

namespace SharpBuild.Cache.Content;

/// <summary>The SHA-256 of a regular file's bytes and, when it has some, of its extended attributes.</summary>
/// <param name="Hash">The hash.</param>
/// <param name="HasAttributes">Whether the file has attributes that are copied.</param>
internal readonly record struct FileDigest(Hash256 Hash, bool HasAttributes);

/// <summary>Thirty-two bytes in place, so that ten thousand of them are no objects.</summary>
[InlineArray(Size)]
internal struct Hash256 : IEquatable<Hash256>
{
    public const int Size = 32;
    private byte first;

    public static Hash256 Of(ReadOnlySpan<byte> bytes)
    {
        var hash = default(Hash256);
        bytes.CopyTo(hash);
        return hash;
    }

    public readonly bool Equals(Hash256 other) => ((ReadOnlySpan<byte>)this).SequenceEqual(other);

    public override readonly bool Equals(object? obj) => obj is Hash256 other && Equals(other);

    public override readonly int GetHashCode() => BitConverter.ToInt32(this);
}
