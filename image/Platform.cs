using System.Runtime.InteropServices;

namespace SharpBuild.Image;

/// <summary>What an image runs on, such as <c>linux/amd64</c> or <c>linux/arm/v7</c>, in normal form.</summary>
/// <param name="Os">The operating system in Go's words.</param>
/// <param name="Architecture">The processor in Go's words.</param>
/// <param name="Variant">The processor's variant, null for the usual one (<c>v8</c> of arm64).</param>
public sealed record Platform(string Os, string Architecture, string? Variant = null)
{
    /// <summary>The platform of this machine.</summary>
    public static Platform Host => new("linux", HostArchitecture(), RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm ? "v7" : null);

    /// <summary>The version of the operating system, where one counts (Windows).</summary>
    public string? OsVersion { get; init; }

    /// <summary>Reads <c>os/architecture[/variant]</c>, <c>os</c> or <c>architecture</c>; what is missing is the host's. Common other names (<c>x86_64</c>, <c>aarch64</c>, <c>armhf</c>) are understood.</summary>
    /// <exception cref="FormatException">It is not a platform.</exception>
    public static Platform Parse(string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 3 || Array.Exists(parts, part => !IsWord(part)))
        {
            throw new FormatException($"'{text}' is not a platform such as linux/amd64 or linux/arm/v7");
        }

        var os = NormalizeOs(parts[0]);
        return parts.Length switch
        {
            1 when IsOs(os) => Host with { Os = os },
            1 when IsArchitecture(parts[0]) => Normalize(Host.Os, parts[0], null),
            1 => throw new FormatException($"'{text}' is neither an operating system nor an architecture"),
            2 => Normalize(os, parts[1], null),
            _ => Normalize(os, parts[1], parts[2]),
        };
    }

    /// <summary>The platform in normal form, from the fields of a descriptor or config.</summary>
    public static Platform Normalize(string os, string architecture, string? variant)
    {
        var (name, implied) = architecture.ToLowerInvariant() switch
        {
            "x86_64" or "x86-64" or "amd64" => ("amd64", null),
            "i386" or "i486" or "i586" or "i686" or "386" => ("386", null),
            "aarch64" or "arm64" => ("arm64", null),
            "armhf" => ("arm", "v7"),
            "armel" => ("arm", "v6"),
            var other => (other, (string?)null),
        };
        var given = string.IsNullOrEmpty(variant) ? implied : variant.ToLowerInvariant();
        return new(NormalizeOs(os), name, NormalizeVariant(name, given));
    }

    /// <summary>Whether an image of this platform is what <paramref name="wanted"/> asks for: the same system and processor, and a variant that it can run.</summary>
    public bool Satisfies(Platform wanted) =>
        Os == wanted.Os && Architecture == wanted.Architecture && VariantLevel(this) <= VariantLevel(wanted)
        && (wanted.OsVersion is null || OsVersion is null || OsVersion == wanted.OsVersion);

    /// <summary>The best of several things for a platform: of those that satisfy it the one with the highest variant, the first of equals. Null when there is none.</summary>
    public static T? Best<T>(IEnumerable<T> things, Func<T, Platform?> platformOf, Platform wanted)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(things);
        ArgumentNullException.ThrowIfNull(platformOf);
        T? best = null;
        var bestLevel = int.MinValue;
        foreach (var thing in things)
        {
            if (platformOf(thing) is { } platform && platform.Satisfies(wanted) && VariantLevel(platform) is var level && level > bestLevel)
            {
                (best, bestLevel) = (thing, level);
            }
        }

        return best;
    }

    /// <summary><c>os/architecture[/variant]</c>.</summary>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    // A processor of a variant runs the images of the lower ones; higher is better when several match.
    private static int VariantLevel(Platform platform) => (platform.Architecture, platform.Variant) switch
    {
        ("arm", null) => 7,
        ("arm64", null) => 8,
        ("amd64", null) => 1,
        (_, { Length: > 1 } variant) when int.TryParse(variant.AsSpan(1), out var level) => level,
        _ => 0,
    };

    private static string? NormalizeVariant(string architecture, string? variant) => (architecture, variant) switch
    {
        ("arm64", "8" or "v8") => null,
        ("amd64", "v1") => null,
        ("arm", null) => "v7",
        ("arm", "5" or "6" or "7" or "8") => "v" + variant,
        _ => variant,
    };

    private static string NormalizeOs(string os) => os.ToLowerInvariant() switch { "macos" => "darwin", var other => other };

    private static bool IsOs(string os) => os is "linux" or "windows" or "darwin" or "freebsd" or "netbsd" or "openbsd" or "solaris" or "illumos" or "aix" or "wasip1" or "js";

    private static bool IsArchitecture(string name) => name.ToLowerInvariant() is "amd64" or "x86_64" or "x86-64" or "386" or "i386" or "i686" or "arm64"
        or "aarch64" or "arm" or "armhf" or "armel" or "riscv64" or "ppc64le" or "ppc64" or "s390x" or "mips64le" or "mips64" or "mips" or "mipsle" or "loong64" or "wasm";

    private static bool IsWord(string part) =>
        part.Length > 0 && part.AsSpan().IndexOfAnyExcept(Characters.Word) < 0;

    private static string HostArchitecture() => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.LoongArch64 => "loong64",
        var other => other.ToString().ToLowerInvariant(),
    };
}
