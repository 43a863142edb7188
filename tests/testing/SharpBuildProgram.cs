using System.Diagnostics;

namespace SharpBuild.Testing;

/// <summary>The published <c>sharpbuild</c> with a store of its own, as a user would run it; disposing it removes the store.</summary>
public sealed class SharpBuildProgram : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("sharpbuild-store-").FullName;

    /// <summary>Where test.sh published the program; null when the tests were started without it.</summary>
    public static string? Program { get; } = Environment.GetEnvironmentVariable("SHARPBUILD_PROGRAM");

    /// <summary>Why a test of the program cannot run here.</summary>
    public const string NotPublished = "SHARPBUILD_PROGRAM does not name a published sharpbuild (./test.sh sets it)";

    /// <summary>Whether the tests run as an ordinary user.</summary>
    public static bool IsRootless { get; } = !Environment.IsPrivilegedProcess;

    /// <summary>The store.</summary>
    public string Store => Path.Combine(directory, "store");

    /// <summary>A command line of it, with this store.</summary>
    public Command Command(params IReadOnlyList<string> arguments) => new(Program!, [.. WithStore(arguments)])
    {
        // Nothing of the caller's may change what a test sees, and nothing may work in the store while the test removes it.
        Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["CI"] = null, ["BUILDKIT_PROGRESS"] = null, ["NO_COLOR"] = "1", ["SHARPBUILD_UPKEEP"] = "off" },
    };

    /// <summary>Runs it and fails unless it exits with 0.</summary>
    /// <returns>Its standard output.</returns>
    public Task<string> SucceedAsync(CancellationToken cancellation, params IReadOnlyList<string> arguments) =>
        Command(arguments).SucceedAsync(cancellation);

    /// <summary>Runs it, whatever its exit code.</summary>
    public Task<CommandResult> RunAsync(CancellationToken cancellation, params IReadOnlyList<string> arguments) =>
        Command(arguments).RunAsync(cancellation);

    /// <summary>Starts it; the caller ends and disposes it.</summary>
    public Process Start(params IReadOnlyList<string> arguments) => Command(arguments).Start();

    /// <summary>Imports the busybox image that the examples stand on, as <c>busybox:latest</c>.</summary>
    public async Task ImportBusyboxAsync(CancellationToken cancellation) =>
        await SucceedAsync(cancellation, "import", await BusyboxRootfs.GetAsync().WaitAsync(cancellation), "busybox:latest");

    /// <summary>Removes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        // A rootless store holds files of subordinate ids: only a user namespace that maps them may remove these.
        string[] unshare = IsRootless ? ["unshare", "--user", "--map-root-user", "--map-auto", "--"] : [];
        string[] remove = [.. unshare, "rm", "-rf", "--one-file-system", directory];
        await new Command(remove[0], remove[1..]).SucceedAsync(CancellationToken.None);
    }

    private IEnumerable<string> WithStore(IReadOnlyList<string> arguments)
    {
        // The option stands after a verb and before everything that could belong to a container's command line.
        var verb = arguments is [var first, ..] && first.All(char.IsAsciiLetterLower) ? 1 : 0;
        return [.. arguments.Take(verb), "--root", Store, .. arguments.Skip(verb)];
    }
}
