using System.Text.RegularExpressions;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests.Conformance;

/// <summary>
/// The builds of all cases, as many at a time as there are cores, by sharpbuild; or one after the other by the program that
/// <c>CONFORMANCE_BUILDER</c> names and that takes the same options: that is how the recordings are made (record.sh).
/// </summary>
public sealed class ImageBuilds : IAsyncLifetime
{
    private static readonly string? Other = Environment.GetEnvironmentVariable("CONFORMANCE_BUILDER");
    private readonly SharpBuildProgram sharpbuild = new();
    private readonly TemporaryDirectory scratch = new();
    private readonly Dictionary<string, Task<string>> results = new(StringComparer.Ordinal);
    private OciImage baseImage = null!;

    /// <summary>The names of the cases that <c>CONFORMANCE_CASES</c>, a regular expression, chooses; all without it.</summary>
    public static IEnumerable<string> Names => ImageCase.Names.Where(name => Regex.IsMatch(name, Environment.GetEnvironmentVariable("CONFORMANCE_CASES") ?? "", RegexOptions.NonBacktracking));

    /// <summary>Whether another program than sharpbuild builds the cases.</summary>
    public static bool IsByOther => Other is not null;

    /// <summary>Whether results are to be written down instead of compared.</summary>
    public static bool IsUpdating => Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    /// <summary>Makes the base image and starts all builds.</summary>
    public async ValueTask InitializeAsync()
    {
        if (!Environment.IsPrivilegedProcess || (Other ?? SharpBuildProgram.Program) is null)
        {
            return;
        }

        var cancellation = TestContext.Current.CancellationToken;
        var archive = scratch["base.tar"];
        await new Command("bash", ImageCase.Script("make-base.sh"), archive).SucceedAsync(cancellation);
        baseImage = OciArchive.Read(archive).Images[0].Image;
        if (Other is null)
        {
            await sharpbuild.SucceedAsync(cancellation, "load", "-i", archive);
        }

        var turns = new SemaphoreSlim(Other is null ? Environment.ProcessorCount : 1);
        foreach (var name in Names)
        {
            results[name] = Task.Run(() => BuildAsync(name, turns, cancellation), cancellation);
        }
    }

    /// <summary>What came of a case: the image or the refusal as text.</summary>
    public Task<string> ResultOfAsync(string name) => results[name];

    /// <summary>Removes the contexts, the images and the store.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(results.Values).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await sharpbuild.DisposeAsync();
        scratch.Dispose();
    }

    private async Task<string> BuildAsync(string name, SemaphoreSlim turns, CancellationToken cancellation)
    {
        await turns.WaitAsync(cancellation);
        try
        {
            var test = ImageCase.Read(name);
            var workspace = scratch[name];
            await test.PrepareAsync(workspace, cancellation);
            var archive = Path.Join(workspace, "image.tar");
            var result = await BuildCommand(["--no-cache", "--progress", "plain", "--output", $"type=oci,dest={archive}", .. test.Arguments(workspace)]).RunAsync(cancellation);
            return result.ExitCode == 0 ? ImageText.Describe(OciArchive.Read(archive), baseImage) : RefusalText.Describe(result.Error);
        }
        finally
        {
            turns.Release();
        }
    }

    private Command BuildCommand(params IReadOnlyList<string> arguments) =>
        Other is null ? sharpbuild.Command(["build", .. arguments]) : new Command(Other, arguments);
}
