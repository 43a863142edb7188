using Microsoft.Build.Framework;

namespace SharpBuild.MSBuild;

/// <summary>Runs the build checks on the Dockerfiles of images: findings become warnings and mistakes errors, each at its line.</summary>
public sealed class CheckDockerfiles : SharpBuildTask
{
    /// <summary>The images, as <see cref="ResolveContainerImages"/> completed them.</summary>
    [Required]
    public ITaskItem[] Images { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        foreach (var image in Images)
        {
            var report = new CheckReport(Log, image.ItemSpec);
            if (Run(ImageArguments.MakeCheck(image), image.ItemSpec, report.ReadError, report.ReadOutput) is not { } exitCode)
            {
                break;
            }

            report.Finish(exitCode);
        }

        return !Log.HasLoggedErrors;
    }
}
