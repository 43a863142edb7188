using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = Microsoft.Build.Utilities.Task;

namespace SharpBuild.MSBuild;

/// <summary>Completes the <c>SharpBuildImage</c> items with what the SDK's and Visual Studio's properties say, and finds out whether any needs the publish output.</summary>
public sealed class ResolveContainerImages : Task
{
    /// <summary>The items as the project wrote them.</summary>
    [Required]
    public ITaskItem[] Images { get; set; } = [];

    /// <summary>What relative paths start from.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>Where errors about the project are placed.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>The name of an image whose project names none.</summary>
    public string AssemblyName { get; set; } = "";

    /// <summary>Where <c>Publish</c> puts its files: the context <c>publish</c>.</summary>
    public string PublishDirectory { get; set; } = "";

    /// <summary>The SDK's property: <c>false</c> for what cannot be published.</summary>
    public string IsPublishable { get; set; } = "";

    /// <summary>The SDK's property: pushes there.</summary>
    public string ContainerRegistry { get; set; } = "";

    /// <summary>The SDK's property.</summary>
    public string ContainerRepository { get; set; } = "";

    /// <summary>The SDK's older name of the repository.</summary>
    public string ContainerImageName { get; set; } = "";

    /// <summary>The SDK's property: one tag.</summary>
    public string ContainerImageTag { get; set; } = "";

    /// <summary>The SDK's property: several tags.</summary>
    public string ContainerImageTags { get; set; } = "";

    /// <summary>The SDK's items, with the metadata <c>Value</c>.</summary>
    public ITaskItem[] ContainerLabels { get; set; } = [];

    /// <summary>Labels about the project, with the metadata <c>Value</c>; those with <c>IsAboutPublished</c> are for images that take the publish output.</summary>
    public ITaskItem[] GeneratedLabels { get; set; } = [];

    /// <summary>The project's platform, for images that name none.</summary>
    public string RuntimeIdentifier { get; set; } = "";

    /// <summary>The SDK's property: the platform in .NET's words.</summary>
    public string ContainerRuntimeIdentifier { get; set; } = "";

    /// <summary>The SDK's property: several platforms.</summary>
    public string ContainerRuntimeIdentifiers { get; set; } = "";

    /// <summary>The SDK's property: an archive instead of a registry.</summary>
    public string ContainerArchiveOutputPath { get; set; } = "";

    /// <summary>The SDK's property: <c>OCI</c> or <c>Docker</c>, the form of the archive.</summary>
    public string ContainerImageFormat { get; set; } = "";

    /// <summary>Visual Studio's property: the image's name.</summary>
    public string DockerfileTag { get; set; } = "";

    /// <summary>Visual Studio's property: the context, seen from the Dockerfile.</summary>
    public string DockerfileContext { get; set; } = "";

    /// <summary>Visual Studio's property: labels.</summary>
    public string DockerImageLabels { get; set; } = "";

    /// <summary>Visual Studio's property: words for the command line.</summary>
    public string DockerfileBuildArguments { get; set; } = "";

    /// <summary>Visual Studio's property: <c>Linux</c> or <c>Windows</c>.</summary>
    public string DockerDefaultTargetOS { get; set; } = "";

    /// <summary>The items, complete.</summary>
    [Output]
    public ITaskItem[] ResolvedImages { get; set; } = [];

    /// <summary>Whether a Dockerfile copies from the publish output.</summary>
    [Output]
    public bool NeedsPublish { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        if (DockerDefaultTargetOS.Equals("Windows", StringComparison.OrdinalIgnoreCase))
        {
            return Refuse("SB0204", "DockerDefaultTargetOS is Windows: sharpbuild builds Linux images.");
        }

        if (RuntimeIdentifiers().FirstOrDefault(TargetPlatform.IsForeign) is { } foreign)
        {
            return Refuse("SB0204", $"The runtime identifier {foreign} is not Linux: sharpbuild builds Linux images.");
        }

        if (Images.Count(image => image.GetMetadata("Tags").Length == 0) > 1)
        {
            return Refuse("SB0202", "Several SharpBuildImage items have no Tags and would all get the same name: give each its Tags.");
        }

        ResolvedImages = [.. Images.Select(Resolve)];
        return !Log.HasLoggedErrors;
    }

    private bool Refuse(string code, string message)
    {
        Log.LogError(null, code, null, ProjectFile, 0, 0, 0, 0, message);
        return false;
    }

    private ITaskItem Resolve(ITaskItem image)
    {
        var dockerfile = ProjectPath(image.ItemSpec);
        var resolved = new TaskItem(image) { ItemSpec = MetadataList.Escape(dockerfile) };
        if (!File.Exists(dockerfile))
        {
            _ = Refuse("SB0205", $"The Dockerfile {dockerfile} of a SharpBuildImage item does not exist.");
            return resolved;
        }

        MetadataList.Write(resolved, "Context", Context(image, dockerfile));
        MetadataList.Write(resolved, "Tags", Tags(image));
        SetDefault(resolved, "Platform", string.Join(',', RuntimeIdentifiers().Select(TargetPlatform.FromRuntimeIdentifier).Distinct(StringComparer.Ordinal)));
        SetDefault(resolved, "ExtraArguments", DockerfileBuildArguments);
        SetDefault(resolved, "Push", ContainerRegistry.Length > 0 && ContainerArchiveOutputPath.Length == 0 ? "true" : "");
        SetDefault(resolved, "Outputs", ArchiveOutput());
        var isPublished = UsePublishOutput(resolved, dockerfile);
        MetadataList.Write(resolved, "Labels", Labels(image, isPublished));
        return resolved;
    }

    private static void SetDefault(TaskItem item, string name, string value)
    {
        if (item.GetMetadata(name).Length == 0)
        {
            MetadataList.Write(item, name, value);
        }
    }

    // As with the SDK: the images' own words first, then the project's; of the project's, those of another system are about something else.
    private IEnumerable<string> RuntimeIdentifiers() =>
        ContainerRuntimeIdentifier.Length > 0 ? [ContainerRuntimeIdentifier]
        : ContainerRuntimeIdentifiers.Length > 0 ? MetadataList.Split(ContainerRuntimeIdentifiers)
        : RuntimeIdentifier.Length > 0 && !TargetPlatform.IsForeign(RuntimeIdentifier) ? [RuntimeIdentifier] : [];

    private bool UsePublishOutput(TaskItem image, string dockerfile)
    {
        var isPublished = !IsPublishable.Equals("false", StringComparison.OrdinalIgnoreCase) && PublishContext.IsUsedBy(File.ReadAllText(dockerfile));
        if (isPublished)
        {
            NeedsPublish = true;
            MetadataList.Write(image, "BuildContexts", [.. MetadataList.Read(image, "BuildContexts"), $"{PublishContext.Name}={PublishDirectory}"]);
        }

        return isPublished;
    }

    private string Context(ITaskItem image, string dockerfile)
    {
        var written = image.GetMetadata("Context");
        return written.Length > 0 ? ProjectPath(written)
            : DockerfileContext.Length > 0 ? Path.GetFullPath(DockerfileContext.Replace('\\', '/'), Path.GetDirectoryName(dockerfile)!)
            : ProjectDirectory;
    }

    private IEnumerable<string> Tags(ITaskItem image)
    {
        string[] written = [.. MetadataList.Read(image, "Tags")];
        return written.Length > 0 ? written
            : ImageNames.Make(
                ContainerRegistry,
                [ContainerRepository, ContainerImageName, DockerfileTag, AssemblyName],
                [ContainerImageTags, ContainerImageTag, "latest"]);
    }

    // The last of a name counts: what was generated gives way to what somebody wrote.
    private IEnumerable<string> Labels(ITaskItem image, bool isPublished) =>
    [
        .. GeneratedLabels.Where(label => label.GetMetadata("Value").Length > 0 && (isPublished || label.GetMetadata("IsAboutPublished").Length == 0)).Select(Label),
        .. MetadataList.Split(DockerImageLabels),
        .. ContainerLabels.Select(Label),
        .. MetadataList.Read(image, "Labels"),
    ];

    private static string Label(ITaskItem label) => $"{label.ItemSpec}={label.GetMetadata("Value")}";

    // As the SDK does it: a directory gets a file named as the image, anything else is the file.
    private string ArchiveOutput()
    {
        if (ContainerArchiveOutputPath.Length == 0)
        {
            return "";
        }

        var path = ProjectPath(ContainerArchiveOutputPath);
        var isDirectory = ContainerArchiveOutputPath.EndsWith('/') || ContainerArchiveOutputPath.EndsWith('\\') || Directory.Exists(path);
        var file = isDirectory ? Path.Combine(path, $"{(ContainerRepository.Length > 0 ? ContainerRepository : AssemblyName).Replace('/', '-')}.tar") : path;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return $"type={(ContainerImageFormat.Equals("OCI", StringComparison.OrdinalIgnoreCase) ? "oci" : "docker")},dest={file}";
    }

    private string ProjectPath(string path) => Path.GetFullPath(path.Replace('\\', '/'), ProjectDirectory);
}
