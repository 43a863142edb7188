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
    /// <param name="more">Options about registries.</param>
    public static List<string> Make(ITaskItem image, string storeRoot, string metadataFile, IEnumerable<string> more)
    {
        List<string> words = ["build", "--progress", "rawjson", "--file", image.ItemSpec, "--metadata-file", metadataFile, .. more];
        if (storeRoot.Length > 0)
        {
            words.AddRange(["--root", storeRoot]);
        }

        words.AddRange(Lists.SelectMany(list => ListOf(image, list.Metadata, list.Option)));
        words.AddRange(Values.SelectMany(value => ValueOf(image, value.Metadata, value.Option)));
        words.AddRange(Flags.Where(flag => IsTrue(image, flag.Metadata)).Select(flag => flag.Option));
        words.AddRange(ShellWords.Split(image.GetMetadata("ExtraArguments")));
        words.Add(image.GetMetadata("Context"));
        return words;
    }

    /// <summary>The words that have the Dockerfile checked as the build would take it.</summary>
    public static List<string> MakeCheck(ITaskItem image) =>
    [
        "build", "--call", "check,format=sarif", "--file", image.ItemSpec,
        .. ListOf(image, "BuildArgs", "--build-arg"), .. ListOf(image, "BuildContexts", "--build-context"),
        .. ValueOf(image, "Stage", "--target"), .. ValueOf(image, "Platform", "--platform"),
        image.GetMetadata("Context"),
    ];

    private static IEnumerable<string> ListOf(ITaskItem image, string metadata, string option) =>
        MetadataList.Read(image, metadata).SelectMany(value => new[] { option, value });

    private static string[] ValueOf(ITaskItem image, string metadata, string option) =>
        image.GetMetadata(metadata) is { Length: > 0 } value ? [option, value] : [];

    private static bool IsTrue(ITaskItem image, string metadata) => image.GetMetadata(metadata).Equals("true", StringComparison.OrdinalIgnoreCase);
}
