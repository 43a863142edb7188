using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace SharpBuild.MSBuild;

/// <summary>Builds images, one after the other, and tells MSBuild what <c>sharpbuild</c> reports.</summary>
public sealed class BuildContainerImages : SharpBuildTask
{
    /// <summary>The images, as <see cref="ResolveContainerImages"/> completed them.</summary>
    [Required]
    public ITaskItem[] Images { get; set; } = [];

    /// <summary>Where images and caches are; empty for sharpbuild's own choice.</summary>
    public string StoreRoot { get; set; } = "";

    /// <summary>Where a file about each image is left.</summary>
    [Required]
    public string ResultDirectory { get; set; } = "";

    /// <summary>Whether images are pushed that do not ask for it, too.</summary>
    public bool AlwaysPush { get; set; }

    /// <summary>The images that were built, with the metadata <c>Dockerfile</c>, <c>ImageId</c>, <c>Digest</c> and <c>Names</c>.</summary>
    [Output]
    public ITaskItem[] Results { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        Directory.CreateDirectory(ResultDirectory);
        var results = new List<ITaskItem>();
        for (var index = 0; index < Images.Length; index++)
        {
            if (Build(Images[index], Path.Combine(ResultDirectory, FileName(Images[index], index))) is not { } result)
            {
                break;
            }

            results.Add(result);
        }

        Results = [.. results];
        return !Log.HasLoggedErrors;
    }

    private static string FileName(ITaskItem image, int index)
    {
        var name = MetadataList.Read(image, "Tags").FirstOrDefault("image");
        return $"{string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-'))}{(index == 0 ? "" : $"-{index}")}.json";
    }

    private TaskItem? Build(ITaskItem image, string resultFile)
    {
        if (AlwaysPush)
        {
            image.SetMetadata("Push", "true");
        }

        var access = new RegistryAccess(Environment.GetEnvironmentVariable);
        foreach (var variable in access.Unused)
        {
            Log.LogWarning(null, "SB0203", null, null, 0, 0, 0, 0, "{0} has no effect: whoever pulls base images has to log in to their registries.", variable);
        }

        var report = new ProgressReport(Log, image.ItemSpec);
        string[] arguments = [.. ImageArguments.Make(image, StoreRoot, resultFile, access.Options)];
        return Run(arguments, image.ItemSpec, report.Read, environment: access.VariablesFor(image)) is { } exitCode ? report.Finish(exitCode) : null;
    }
}
