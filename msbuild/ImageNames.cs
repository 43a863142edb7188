namespace SharpBuild.MSBuild;

/// <summary>The names of an image from the properties that may give them.</summary>
internal static class ImageNames
{
    /// <summary>Joins registry, repository and tags; of each list the first that is not empty counts.</summary>
    /// <param name="registry">May be empty.</param>
    /// <param name="repositories">Capitals become small and blanks hyphens, as the SDK has it.</param>
    /// <param name="tags">Lists separated by semicolons.</param>
    public static IEnumerable<string> Make(string registry, string[] repositories, string[] tags)
    {
        var repository = First(repositories).ToLowerInvariant().Replace(' ', '-');
        var name = registry.Length == 0 ? repository : $"{registry.TrimEnd('/')}/{repository}";

        // Visual Studio's DockerfileTag may have its tag already.
        return repository.IndexOf(':', repository.LastIndexOf('/') + 1) >= 0 ? [name] : MetadataList.Split(First(tags)).Select(tag => $"{name}:{tag}");
    }

    private static string First(string[] values) => values.First(value => value.Length > 0);
}
