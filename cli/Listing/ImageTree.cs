using SharpBuild.Cache;
using SharpBuild.Cli.Rendering;
using SharpBuild.Image;

namespace SharpBuild.Cli.Listing;

/// <summary>Images with their platforms below them, as <c>docker images --tree</c> prints them.</summary>
internal static class ImageTree
{
    /// <summary>Prints the tree.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="images">The images, in order.</param>
    /// <param name="digits">How many digits of an id are shown; null for all.</param>
    public static void Write(TextWriter output, IEnumerable<NamedImage> images, int? digits)
    {
        var table = new Table("IMAGE", "ID", "SIZE");
        foreach (var (name, image) in images)
        {
            table.Add(name?.FamiliarName ?? "<none>", Show(image.Id, digits), ByteSize.Format(image.Size));
            for (var i = 0; i < image.Images.Length; i++)
            {
                var each = image.Images[i];
                table.Add($"{(i == image.Images.Length - 1 ? "└─" : "├─")} {each.Platform}", Show(each.ConfigDigest, digits), ByteSize.Format(each.Size));
            }
        }

        table.Write(output);
    }

    private static string Show(Digest digest, int? digits) => digits is { } count ? digest.Hex[..count] : digest.ToString();
}
