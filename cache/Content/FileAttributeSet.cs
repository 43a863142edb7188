using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>The extended attributes of a file that are copied and count for its digest (spec 1.10): all but the host's own.</summary>
internal sealed class FileAttributeSet
{
    /// <summary>No attributes.</summary>
    public static readonly FileAttributeSet None = new([]);

    private const string Capability = "security.capability";
    private readonly List<(string Name, byte[] Value)> items;

    private FileAttributeSet(List<(string Name, byte[] Value)> items) => this.items = items;

    public bool IsEmpty => items.Count == 0;

    /// <summary>Reads those of an open file.</summary>
    public static FileAttributeSet Read(SafeFileHandle file) =>
        Collect(OpenExtendedAttributes.List(file), name => OpenExtendedAttributes.Get(file, name));

    /// <summary>Reads those of a name, for what cannot be opened.</summary>
    public static FileAttributeSet Read(SafeFileHandle directory, string name) =>
        Collect(ExtendedAttributes.List(directory, name), attribute => ExtendedAttributes.Get(directory, name, attribute));

    /// <summary>Whether an attribute travels with the file: SELinux labels, access lists and overlayfs' marks belong to the host.</summary>
    public static bool IsCopied(string name) =>
        name == Capability
        || !(name.StartsWith("security.", StringComparison.Ordinal)
            || name.StartsWith("system.", StringComparison.Ordinal)
            || name.StartsWith("trusted.overlay.", StringComparison.Ordinal)
            || name.StartsWith("user.overlay.", StringComparison.Ordinal));

    /// <summary>The same without file capabilities, which count for whoever runs the file.</summary>
    public FileAttributeSet WithoutCapabilities() =>
        items.Exists(static item => item.Name == Capability) ? new([.. items.Where(static item => item.Name != Capability)]) : this;

    /// <summary>Gives them to an open file; those that the target does not take are left out, as BuildKit does.</summary>
    public void ApplyTo(SafeFileHandle file)
    {
        foreach (var (name, value) in items)
        {
            OpenExtendedAttributes.TrySet(file, name, value);
        }
    }

    /// <summary>Gives them to a name, for what cannot be opened.</summary>
    public void ApplyTo(SafeFileHandle directory, string name)
    {
        foreach (var (attribute, value) in items)
        {
            ExtendedAttributes.Set(directory, name, attribute, value);
        }
    }

    /// <summary>Feeds them to a digest, framed.</summary>
    public void AppendTo(DigestFrame frame)
    {
        frame.Append(items.Count);
        foreach (var (name, value) in items)
        {
            frame.Append(name);
            frame.Append(value);
        }
    }

    private static FileAttributeSet Collect(string[] names, Func<string, byte[]?> read)
    {
        if (names.Length == 0)
        {
            return None;
        }

        var found = new List<(string Name, byte[] Value)>();
        foreach (var name in names)
        {
            if (IsCopied(name) && read(name) is { } value)
            {
                found.Add((name, value));
            }
        }

        found.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return found.Count == 0 ? None : new(found);
    }
}
