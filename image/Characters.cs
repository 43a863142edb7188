using System.Buffers;

namespace SharpBuild.Image;

/// <summary>The sets of characters that the grammar of references, digests and platforms is made of.</summary>
internal static class Characters
{
    public static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");
    public static readonly SearchValues<char> LowerAlphanumeric = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    public static readonly SearchValues<char> Word = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
    public static readonly SearchValues<char> Separators = SearchValues.Create("._-");
}
