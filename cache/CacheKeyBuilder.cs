using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>Collects the named parts of a cache key. Every name and value is framed by its length, so that no two different lists of parts give the same key.</summary>
/// <remarks>Not thread-safe. The order counts.</remarks>
public sealed class CacheKeyBuilder : IDisposable
{
    private const int LongestShownValue = 4096;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ImmutableArray<KeyPart>.Builder parts = ImmutableArray.CreateBuilder<KeyPart>();

    /// <summary>Starts a key of one kind of step; keys of different kinds never meet.</summary>
    /// <param name="kind">The kind with the version of its rules, such as <c>run/1</c>: raise the version when the meaning of a part changes.</param>
    public CacheKeyBuilder(string kind) => Add("kind", kind);

    /// <summary>The parts so far.</summary>
    public ImmutableArray<KeyPart> Parts => parts.ToImmutable();

    /// <summary>Adds a text.</summary>
    public CacheKeyBuilder Add(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var bytes = Encoding.UTF8.GetBytes(value);
        return Add(name, bytes, value.Length <= LongestShownValue ? value : Digest.Compute(bytes).ToString());
    }

    /// <summary>Adds bytes; people are shown their digest.</summary>
    public CacheKeyBuilder Add(string name, ReadOnlySpan<byte> value) => Add(name, value, Digest.Compute(value).ToString());

    /// <summary>Adds a digest.</summary>
    public CacheKeyBuilder Add(string name, Digest value) => Add(name, value.ToString());

    /// <summary>Adds a number.</summary>
    public CacheKeyBuilder Add(string name, long value) => Add(name, value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Adds a yes or no.</summary>
    public CacheKeyBuilder Add(string name, bool value) => Add(name, value ? "true" : "false");

    /// <summary>Adds a list; an empty list differs from a missing one, and <c>["a", "b"]</c> from <c>["ab"]</c>.</summary>
    public CacheKeyBuilder Add(string name, ImmutableArray<string> values)
    {
        Add(name, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            Add($"{name}[{i}]", values[i]);
        }

        return this;
    }

    /// <summary>The key of what was added so far; more can be added after.</summary>
    public Digest ToDigest()
    {
        Span<byte> result = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetCurrentHash(result);
        return Digest.OfSha256(result);
    }

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();

    private CacheKeyBuilder Add(string name, ReadOnlySpan<byte> value, string shown)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        AppendFramed(Encoding.UTF8.GetBytes(name));
        AppendFramed(value);
        parts.Add(new(name, shown));
        return this;
    }

    private void AppendFramed(ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, value.Length);
        hash.AppendData(length);
        hash.AppendData(value);
    }
}
