using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SharpBuild.Image;

/// <summary>The name of some bytes by their content, such as <c>sha256:…</c>. The <c>default</c> value is no digest and throws on use.</summary>
public readonly record struct Digest : IComparable<Digest>
{
    private const string Sha256Prefix = "sha256:";
    private readonly string? text;

    private Digest(string text) => this.text = text;

    /// <summary>The algorithm, in practice <c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm => Text[..Text.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>The hash in lower-case hexadecimal.</summary>
    public string Hex => Text[(Text.IndexOf(':', StringComparison.Ordinal) + 1)..];

    /// <summary>Whether this is <c>default</c>, which stands for no digest.</summary>
    public bool IsDefault => text is null;

    private string Text => text ?? throw new InvalidOperationException("a default Digest has no value");

    /// <summary>Reads <c>algorithm:hex</c>.</summary>
    /// <exception cref="FormatException">It is not a digest.</exception>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest) ? digest : throw new FormatException($"'{text}' is not a digest such as sha256:<64 hexadecimal digits>");

    /// <summary>As <see cref="Parse"/>, but false when it is not a digest.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (text is null || colon <= 0)
        {
            return false;
        }

        // Only algorithms whose length is known: an unknown one could not be verified anyway.
        var expected = text.AsSpan(0, colon) switch { "sha256" => 64, "sha384" => 96, "sha512" => 128, _ => -1 };
        if (text.Length - colon - 1 != expected || text.AsSpan(colon + 1).ContainsAnyExcept(Characters.LowerHex))
        {
            return false;
        }

        digest = new(text);
        return true;
    }

    /// <summary>The digest whose SHA-256 hash is known already.</summary>
    /// <param name="hash32">The 32 bytes of the hash.</param>
    public static Digest OfSha256(ReadOnlySpan<byte> hash32)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash32.Length, SHA256.HashSizeInBytes, nameof(hash32));
        return new(Sha256Prefix + Convert.ToHexStringLower(hash32));
    }

    /// <summary>The SHA-256 digest of <paramref name="data"/>.</summary>
    public static Digest Compute(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        return OfSha256(hash);
    }

    /// <summary>An empty hash of this digest's algorithm, to verify bytes against it.</summary>
    public IncrementalHash CreateHash() => IncrementalHash.CreateHash(Algorithm switch
    {
        "sha256" => HashAlgorithmName.SHA256,
        "sha384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    });

    /// <summary>Whether <paramref name="hash"/> is the hash that this digest names.</summary>
    public bool Matches(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash) == Hex;

    /// <summary>Orders by text.</summary>
    public int CompareTo(Digest other) => string.CompareOrdinal(text, other.text);

    /// <summary><c>algorithm:hex</c>.</summary>
    public override string ToString() => Text;

    /// <summary>Compares as <see cref="CompareTo"/>.</summary>
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    /// <summary>Compares as <see cref="CompareTo"/>.</summary>
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    /// <summary>Compares as <see cref="CompareTo"/>.</summary>
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    /// <summary>Compares as <see cref="CompareTo"/>.</summary>
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
}
