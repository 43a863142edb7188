using System.Buffers;
using System.Security.Cryptography;

namespace SharpBuild.Cache;

/// <summary>The name of a layer in one store: the chain id of an imported layer, a random name for one built here. It says nothing about the content.</summary>
public readonly record struct LayerId
{
    private const int RandomLength = 24;
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");
    private readonly string? value;

    private LayerId(string value) => this.value = value;

    /// <summary>The name: lower-case hexadecimal.</summary>
    public string Value => value ?? throw new InvalidOperationException("a default LayerId has no value");

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static LayerId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the name of a layer");

    /// <summary>As <see cref="Parse"/>, but false when it is not a name.</summary>
    public static bool TryParse(string? text, out LayerId id)
    {
        // The name becomes a file name: nothing but hexadecimal digits may pass.
        var valid = text is { Length: >= RandomLength and <= 128 } && text.AsSpan().IndexOfAnyExcept(Hexadecimal) < 0;
        id = valid ? new(text!) : default;
        return valid;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Value;

    internal static LayerId CreateRandom() => new(RandomNumberGenerator.GetHexString(RandomLength, lowercase: true));
}
