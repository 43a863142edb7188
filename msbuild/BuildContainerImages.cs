using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = Microsoft.Build.Utilities.Task;

namespace SharpBuild.MSBuild;

/// <summary>
/// Builds images by starting the <c>sharpbuild</c> of the package, one after the other, and tells MSBuild what it reports. A process of
/// its own, because a sandbox needs a process that MSBuild's threads and nodes do not share.
/// </summary>
public sealed class BuildContainerImages : Task, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource canceled = new();

    /// <summary>The images, as <see cref="ResolveContainerImages"/> completed them.</summary>
    [Required]
    public ITaskItem[] Images { get; set; } = [];

    /// <summary>The program: an executable, or a <c>.dll</c> that <see cref="DotNetHost"/> runs.</summary>
    [Required]
    public string Program { get; set; } = "";

    /// <summary>The <c>dotnet</c> for a <c>.dll</c>.</summary>
    public string DotNetHost { get; set; } = "";

    /// <summary>Where images and caches are; empty for sharpbuild's own choice.</summary>
    public string StoreRoot { get; set; } = "";

    /// <summary>Where the program starts.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>Where a file about each image is left.</summary>
    [Required]
    public string ResultDirectory { get; set; } = "";

    /// <summary>The images that were built, with the metadata <c>Dockerfile</c>, <c>ImageId</c>, <c>Digest</c> and <c>Names</c>.</summary>
    [Output]
    public ITaskItem[] Results { get; set; } = [];

    /// <summary>The files in <see cref="ResultDirectory"/>, for <c>clean</c>.</summary>
    [Output]
    public ITaskItem[] ResultFiles { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        Directory.CreateDirectory(ResultDirectory);
        var results = new List<ITaskItem>();
        var files = new List<ITaskItem>();
        foreach (var image in Images)
        {
            var file = Path.Combine(ResultDirectory, $"{FileName(image, files.Count)}.json");
            files.Add(new TaskItem(file));
            if (Build(image, file) is not { } result)
            {
                break;
            }

            results.Add(result);
        }

        (Results, ResultFiles) = ([.. results], [.. files]);
        return !Log.HasLoggedErrors;
    }

    /// <inheritdoc/>
    public void Cancel() => canceled.Cancel();

    /// <inheritdoc/>
    public void Dispose() => canceled.Dispose();

    private static string FileName(ITaskItem image, int index)
    {
        var name = MetadataList.Split(image.GetMetadata("Tags")).First();
        return string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-')) + (index == 0 ? "" : $"-{index}");
    }

    private TaskItem? Build(ITaskItem image, string resultFile)
    {
        var report = new ProgressReport(Log, image.ItemSpec);
        var arguments = ImageArguments.Make(image, StoreRoot, resultFile);
        var tool = Program.EndsWith(".dll", StringComparison.Ordinal)
            ? new ToolProcess(DotNetHost, ["exec", Program, .. arguments], ProjectDirectory)
            : new ToolProcess(Program, arguments, ProjectDirectory);
        Log.LogMessage(MessageImportance.Low, tool.ToString());
        return Run(tool, report, image.ItemSpec) is { } exitCode ? report.Finish(exitCode) : null;
    }

    private int? Run(ToolProcess tool, ProgressReport report, string dockerfile)
    {
        // Other projects may use this node as long as the program works.
        BuildEngine3.Yield();
        try
        {
            var exitCode = tool.Run(report.Read, canceled.Token);
            if (!canceled.IsCancellationRequested)
            {
                return exitCode;
            }

            // Said here, because a build that is stopped gives no node back: Reacquire throws.
            Log.LogError(null, "SB9003", null, dockerfile, 0, 0, 0, 0, "The build of the image was stopped.");
            return null;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            Log.LogError(null, "SB0206", null, null, 0, 0, 0, 0, "{0} could not be started: {1}", tool.Program, missing.Message);
            return null;
        }
        finally
        {
            BuildEngine3.Reacquire();
        }
    }
}
