using System.CommandLine;

namespace SharpBuild.Cli.Commands;

/// <summary>The options that every command has. They may also stand before the command's name.</summary>
internal sealed class CommonOptions
{
    /// <summary>The store.</summary>
    public const string RootName = "--root";

    /// <summary>A mirror of a registry.</summary>
    public const string RegistryMirrorName = "--registry-mirror";

    /// <summary>A registry without valid certificate.</summary>
    public const string InsecureRegistryName = "--insecure-registry";

    /// <summary>The directory of the store.</summary>
    public Option<string[]> Root { get; } = OptionFactory.Value(RootName, null, "DIR", "Store images, caches and containers in DIR (SHARPBUILD_ROOT)");

    /// <summary>Mirrors.</summary>
    public Option<string[]> RegistryMirror { get; } =
        OptionFactory.Value(RegistryMirrorName, null, "REGISTRY=URL", "Try URL first for images of REGISTRY; repeatable");

    /// <summary>Registries that may be spoken to without TLS.</summary>
    public Option<string[]> InsecureRegistry { get; } =
        OptionFactory.Value(InsecureRegistryName, null, "REGISTRY", "Allow plain HTTP or an untrusted certificate; repeatable");

    /// <summary>All of them.</summary>
    public IEnumerable<Option<string[]>> All => [Root, RegistryMirror, InsecureRegistry];

    /// <summary>Whether <paramref name="word"/> is one of them with its value in the next word.</summary>
    public static bool TakesNext(string word) => word is RootName or RegistryMirrorName or InsecureRegistryName;

    /// <summary>Whether <paramref name="word"/> is one of them, <c>=</c> and the value.</summary>
    public static bool HoldsValue(string word) => word.IndexOf('=') is > 0 and var equals && TakesNext(word[..equals]);
}
