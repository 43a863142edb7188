using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>A user who has the .NET SDK, the packages of <c>./pack.sh</c> in a local feed, and otherwise an empty profile.</summary>
public sealed class DotNetWorkshop : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private bool hasDebian;

    /// <summary>Where the packages are; null when the tests were started without them.</summary>
    public static string? Packages { get; } = Environment.GetEnvironmentVariable("SHARPBUILD_PACKAGES");

    /// <summary>The <c>dotnet</c> that runs the tests.</summary>
    public static string DotNet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The store that the builds and <see cref="Program"/> share.</summary>
    public SharpBuildProgram Program { get; } = new();

    /// <summary>The home directory.</summary>
    public string Home => directory["home"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Skips a test that has no packages to test.</summary>
    public static void RequirePackages() =>
        Assert.SkipWhen(Packages is null || SharpBuildProgram.Program is null, "SHARPBUILD_PACKAGES does not name a feed of packages (./test.sh sets it)");

    public async ValueTask InitializeAsync()
    {
        if (Packages is null || SharpBuildProgram.Program is null)
        {
            return;
        }

        Directory.CreateDirectory(Home);
        await Program.ImportBusyboxAsync(Cancellation);
        await new Command("cp", "-r", SourceTree.Resolve("examples/msbuild"), Projects).SucceedAsync(Cancellation);
        directory.Write("projects/nuget.config", $"<configuration><packageSources><clear/><add key=\"packed\" value=\"{Packages}\"/></packageSources></configuration>");
    }

    /// <summary>Puts the Debian that the examples stand on into the store, once; skips a test where there is none.</summary>
    public async Task ImportDebianAsync()
    {
        Assert.SkipUnless(DebianRootfs.IsAvailable, "neither a cached Debian root file system nor mmdebstrap is here");
        if (!hasDebian)
        {
            await Program.SucceedAsync(Cancellation, "import", await DebianRootfs.GetAsync(Cancellation), $"debian:{DebianRootfs.Release}");
            hasDebian = true;
        }
    }

    /// <summary>A path below the projects.</summary>
    public string this[string project] => Path.Combine(Projects, project);

    private string Projects => directory["projects"];

    /// <summary>Writes a file below the projects.</summary>
    public void Write(string path, string text) => directory.Write($"projects/{path}", text);

    /// <summary>Makes a project that has nothing but a Dockerfile.</summary>
    public void WriteProject(string name, string dockerfile, string properties = "")
    {
        Write($"{name}/{name}.csproj", $"<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup>{properties}</PropertyGroup></Project>");
        Write($"{name}/Dockerfile", dockerfile);
    }

    /// <summary>Runs <c>dotnet</c> in a project's directory.</summary>
    public Task<CommandResult> RunAsync(string project, params IReadOnlyList<string> arguments) => Command(project, arguments).RunAsync(Cancellation);

    /// <summary>Runs <c>dotnet</c> in a project's directory and fails unless it exits with 0.</summary>
    public Task<string> SucceedAsync(string project, params IReadOnlyList<string> arguments) => Command(project, arguments).SucceedAsync(Cancellation);

    /// <summary>The same with variables of the caller's.</summary>
    public Task<CommandResult> RunAsync(string project, IReadOnlyDictionary<string, string?> environment, params IReadOnlyList<string> arguments)
    {
        var command = Command(project, arguments);
        return (command with { Environment = new Dictionary<string, string?>([.. command.Environment, .. environment], StringComparer.Ordinal) }).RunAsync(Cancellation);
    }

    /// <summary>A command line of <c>dotnet</c> with this user's profile.</summary>
    public Command Command(string project, params IReadOnlyList<string> arguments) => new("dotnet", arguments)
    {
        Directory = this[project],
        Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["HOME"] = Home,
            ["DOTNET_CLI_HOME"] = Home,
            ["NUGET_PACKAGES"] = null,
            ["XDG_DATA_HOME"] = null,
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            // A node that outlives its build would hold the profile that the test removes.
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            ["CI"] = null,
            ["SHARPBUILD_ROOT"] = Program.Store,
            ["SHARPBUILD_UPKEEP"] = "off",
        },
    };

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        Dispose();
    }

    public void Dispose() => directory.Dispose();
}
