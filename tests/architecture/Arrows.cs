using System.Collections.Immutable;

namespace SharpBuild.ArchitectureTests;

/// <summary>Who may know whom. A new arrow is a decision: write it down in <c>docs/decisions/</c> before it is added here.</summary>
internal static class Arrows
{
    /// <summary>The folders that each folder's project file names.</summary>
    public static readonly ImmutableSortedDictionary<string, ImmutableSortedSet<string>> Allowed =
        ImmutableSortedDictionary.CreateRange(
        [
            Folder("linux"),
            Folder("parser"),
            Folder("image", "linux"),
            Folder("cache", "image", "linux"),
            Folder("runtime", "linux"),
            Folder("builder", "parser", "cache", "image", "runtime"),
            Folder("engine", "cache", "image", "runtime"),
            Folder("cli", "builder", "engine"),
            Folder("msbuild"),
        ]);

    /// <summary>
    /// Folders whose values stand in the public signatures of those above (an image reference in the build options, say): a
    /// compiled reference to them is fine although the project file does not name them. The kernel is never among them.
    /// </summary>
    public static readonly ImmutableSortedDictionary<string, ImmutableSortedSet<string>> ThroughSignatures =
        ImmutableSortedDictionary.CreateRange([Folder("cli", "cache", "image", "parser", "runtime")]);

    /// <summary>All folders of the product.</summary>
    public static IEnumerable<string> Folders => Allowed.Keys;

    private static KeyValuePair<string, ImmutableSortedSet<string>> Folder(string name, params ReadOnlySpan<string> knows) =>
        new(name, [.. knows]);
}
