using System.Buffers;
using System.Security.Cryptography;

namespace SharpBuild.Engine;

/// <summary>The names of containers and volumes.</summary>
internal static class ContainerNames
{
    private const int IdLength = 64;
    private static readonly string[] Adjectives =
        ["amber", "brave", "brisk", "calm", "clever", "dapper", "eager", "frosty", "gentle", "happy", "keen", "lucid", "mellow", "nimble", "proud", "quiet", "sunny", "swift", "vivid", "witty"];

    private static readonly string[] Animals =
        ["badger", "beaver", "bison", "crane", "dolphin", "falcon", "gecko", "heron", "ibex", "jackal", "koala", "lynx", "marten", "newt", "otter", "puffin", "raven", "seal", "tapir", "wombat"];

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    /// <summary>An id for a new container or anonymous volume.</summary>
    public static string CreateId() => RandomNumberGenerator.GetHexString(IdLength, lowercase: true);

    /// <summary>A name that people can say, made of the id's digits: as unlikely to be taken as two words can be.</summary>
    public static string MakeUp(string id)
    {
        var number = Convert.ToUInt32(id[..8], 16);
        return $"{Adjectives[number % Adjectives.Length]}_{Animals[number / 97 % Animals.Length]}";
    }

    /// <summary>Whether Docker would take it: it becomes a name on disk, so no slash and no leading dot.</summary>
    public static bool IsValid(string name) => name.Length > 1 && char.IsAsciiLetterOrDigit(name[0]) && name.AsSpan().IndexOfAnyExcept(Allowed) < 0;
}
