using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Cli.Commands;

/// <summary>Images by what the user calls them.</summary>
internal static class StoredImages
{
    /// <summary>The image of a name or the start of an id.</summary>
    /// <exception cref="ImageException">There is none.</exception>
    public static StoredImage Get(Store store, string name) => store.Images.Find(name) ?? throw NotFound(name);

    /// <summary>Says that there is none.</summary>
    public static ImageException NotFound(string name) => new(ImageErrorCodes.NotFound, $"there is no image '{name}' in the store")
    {
        Subject = name,
        Hint = "list them with 'sharpbuild images', or get it with 'sharpbuild pull'",
    };
}
