using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace SharpBuild.MSBuild;

/// <summary>
/// A task that starts the <c>sharpbuild</c> of the package. A process of its own, because a sandbox needs a process that MSBuild's threads
/// and nodes do not share.
/// </summary>
public abstract class SharpBuildTask : Task, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource canceled = new();

    /// <summary>The program: an executable, or a <c>.dll</c> that <see cref="DotNetHost"/> runs.</summary>
    [Required]
    public string Program { get; set; } = "";

    /// <summary>The <c>dotnet</c> for a <c>.dll</c>.</summary>
    public string DotNetHost { get; set; } = "";

    /// <summary>Where the program starts.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <inheritdoc/>
    public void Cancel() => canceled.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what it holds.</summary>
    /// <param name="disposing">Whether that is asked for by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            canceled.Dispose();
        }
    }

    /// <summary>Runs the program to its end.</summary>
    /// <param name="arguments">What it is told.</param>
    /// <param name="dockerfile">Whose fault it is when it is stopped; null when there is none.</param>
    /// <param name="readError">Takes each line of standard error.</param>
    /// <param name="environment">Variables on top of MSBuild's.</param>
    /// <param name="readOutput">Takes each line of standard output.</param>
    /// <returns>Its exit code; null when it could not be started or was stopped, which is then logged.</returns>
    private protected int? Run(
        IReadOnlyList<string> arguments,
        string? dockerfile,
        Action<string> readError,
        Action<string>? readOutput = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var tool = Program.EndsWith(".dll", StringComparison.Ordinal)
            ? new ToolProcess(DotNetHost, ["exec", Program, .. arguments], ProjectDirectory, environment)
            : new ToolProcess(Program, arguments, ProjectDirectory, environment);
        Log.LogMessage(MessageImportance.Low, "{0}", tool);

        // Other projects may use this node as long as the program works.
        BuildEngine3.Yield();
        try
        {
            var exitCode = tool.Run(readError, readOutput, canceled.Token);
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
