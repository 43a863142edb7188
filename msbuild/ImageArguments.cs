using Microsoft.Build.Framework;

namespace SharpBuild.MSBuild;

/// <summary>From the metadata of an image to the words of a command line.</summary>
internal static class ImageArguments
{
    private static readonly (string Metadata, string Option)[] Lists =
    [
        ("Tags", "--tag"), ("BuildArgs", "--build-arg"), ("BuildContexts", "--build-context"), ("Secrets", "--secret"), ("Ssh", "--ssh"),
        ("Labels", "--label"), ("Outputs", "--output"),
    ];

    private static readonly (string Metadata, string Option)[] Values = [("Stage", "--target"), ("Platform", "--platform"), ("Network", "--network")];

    private static readonly (string Metadata, string Option)[] Flags = [("Pull", "--pull"), ("Push", "--push"), ("NoCache", "--no-cache")];

    /// <summary>The words behind the program's name.</summary>
    /// <param name="image">Complete.</param>
    /// <param name="storeRoot">Empty for sharpbuild's own choice.</param>
    /// <param name="metadataFile">Where the program describes the image.</param>
    public static List<string> Make(ITaskItem image, string storeRoot, string metadataFile)
    {
        List<string> words = ["build", "--progress", "rawjson", "--file", image.ItemSpec, "--metadata-file", metadataFile];
        if (storeRoot.Length > 0)
        {
            words.AddRange(["--root", storeRoot]);
        }

        foreach (var (metadata, option) in Lists)
        {
            words.AddRange(MetadataList.Split(image.GetMetadata(metadata)).SelectMany(value => new[] { option, value }));
        }

        foreach (var (metadata, option) in Values)
        {
            if (image.GetMetadata(metadata) is { Length: > 0 } value)
            {
                words.AddRange([option, value]);
            }
        }

        words.AddRange(Flags.Where(flag => IsTrue(image, flag.Metadata)).Select(flag => flag.Option));
        words.AddRange(ShellWords.Split(image.GetMetadata("ExtraArguments")));
        words.Add(image.GetMetadata("Context"));
        return words;
    }

    private static bool IsTrue(ITaskItem image, string metadata) => image.GetMetadata(metadata).Equals("true", StringComparison.OrdinalIgnoreCase);
}
