using SharpBuild.Cache;
using SharpBuild.Image;

namespace SharpBuild.Engine;

/// <summary>Takes names away from images, and forgets images that no name is left of.</summary>
/// <param name="store">The images, and the containers that may use them.</param>
public sealed class ImageRemover(Store store)
{
    private const int ShownDigits = 12;

    /// <summary>Removes what <paramref name="name"/> means: one name of an image, or an image by its id.</summary>
    /// <param name="name">A name, an id, or the start of one.</param>
    /// <param name="force">Whether an image goes by id although it has several names, or although a container uses it.</param>
    /// <returns>The names that are gone, and the image's id when it went with them.</returns>
    /// <exception cref="ImageException">There is no such image.</exception>
    /// <exception cref="EngineException">It is in use.</exception>
    public (IReadOnlyList<string> Untagged, Digest? Deleted) Remove(string name, bool force)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var image = store.Images.Find(name) ?? throw new ImageException(ImageErrorCodes.NotFound, $"there is no image '{name}'")
        {
            Subject = name,
            Hint = "list them with 'sharpbuild images'",
        };
        var names = NamesOf(image);
        if (ImageReference.TryParse(name, out var reference) && names.Contains(reference) && names.Count > 1)
        {
            store.Images.Untag(reference);
            return ([reference.FamiliarName], null);
        }

        if (!force)
        {
            ThrowIfInUse(image, name, names);
        }

        return ([.. store.Images.Remove(image.Id, names).Select(gone => gone.FamiliarName)], image.Id);
    }

    private List<ImageReference> NamesOf(StoredImage image)
    {
        var names = new List<ImageReference>();
        foreach (var entry in store.Images.List())
        {
            if (entry.Name is not null && entry.Image.Id == image.Id)
            {
                names.Add(entry.Name);
            }
        }

        return names;
    }

    private void ThrowIfInUse(StoredImage image, string name, List<ImageReference> names)
    {
        if (names.Count > 1)
        {
            throw new EngineException(EngineException.StillInUse, $"image {image.Id.Hex[..ShownDigits]} has {names.Count} names")
            {
                Hint = "remove it by its names, or all at once with 'sharpbuild rmi -f'",
            };
        }

        if (new ContainerStore(store).List().FirstOrDefault(container => image.Contains(container.ImageId)) is { } user)
        {
            throw new EngineException(EngineException.StillInUse, $"image '{name}' is used by container '{user.Name}'")
            {
                Hint = $"remove that one first with 'sharpbuild rm {user.Name}', or use 'sharpbuild rmi -f'",
            };
        }
    }
}
