using System.Text;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Image.Tar;
using SharpBuild.Linux;

namespace SharpBuild.Image.Layers;

/// <summary>Reads the extended attributes that belong into a layer, and overlayfs' own marks apart from them.</summary>
/// <param name="isUserXattr">Whether overlayfs' marks are in <c>user.overlay.*</c>.</param>
internal sealed class LayerAttributes(bool isUserXattr)
{
    private readonly byte[] names = GC.AllocateUninitializedArray<byte>(64 * 1024);

    /// <summary>The attributes of an open file or directory, null for none.</summary>
    public (List<TarAttribute>? Attributes, bool IsOpaque) Read(SafeFileHandle file)
    {
        List<TarAttribute>? found = null;
        var isOpaque = false;
        for (var rest = ExtendedAttributes.List(file, names); !rest.IsEmpty;)
        {
            var name = rest[..(rest.IndexOf((byte)0) + 1)];
            rest = rest[name.Length..];
            if (name.StartsWith(Whiteout.AttributePrefix(isUserXattr)))
            {
                isOpaque |= IsOpaqueMark(file, name);
            }
            else if (IsKept(name) && ExtendedAttributes.Get(file, name) is { } value)
            {
                (found ??= []).Add(new(name[..^1].ToArray(), value));
            }
        }

        return (found, isOpaque);
    }

    // security.* except capabilities, and system.*, belong to the host's policy, not to the file; trusted.* to programs of the host.
    private static bool IsKept(ReadOnlySpan<byte> name) =>
        name.StartsWith("user."u8) || name.SequenceEqual("security.capability\0"u8);

    private bool IsOpaqueMark(SafeFileHandle file, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual(Whiteout.OpaqueAttribute(isUserXattr)))
        {
            return ExtendedAttributes.Get(file, name) is [(byte)'y'];
        }

        // With these the layer holds a part of a file or a renamed directory only; we mount with both features off.
        return name.EndsWith(".redirect\0"u8) || name.EndsWith(".metacopy\0"u8)
            ? throw new ImageException(ImageErrorCodes.FileSystem, $"the layer was written with overlayfs' {Encoding.UTF8.GetString(name[..^1])}, which a tar cannot express")
            : false;
    }
}
