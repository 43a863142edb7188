using System.Diagnostics;
using System.Runtime.CompilerServices;
using SharpBuild.Linux;
using SharpBuild.Runtime;

namespace SharpBuild.IntegrationTests.Sandboxes;

/// <summary>
/// What the test program does when it is run as the program under test: a session that starts one sandbox.
/// </summary>
internal static class ProgramUnderTest
{
    /// <summary>Set to the directory with a <c>lower</c> directory, and to the script.</summary>
    public const string DirectoryVariable = "SHARPBUILD_TEST_DIRECTORY";

    public const string ScriptVariable = "SHARPBUILD_TEST_SCRIPT";

#pragma warning disable CA2255 // this is an application, and must act before its generated Main
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void ActIfAsked()
    {
        var args = Environment.GetCommandLineArgs()[1..];
        if (Environment.GetEnvironmentVariable(DirectoryVariable) is { Length: > 0 } directory)
        {
            Environment.Exit(Act(args, directory));
        }
    }

    /// <summary>How to start this program again.</summary>
    public static string[] CommandLine()
    {
        var host = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(host) == "dotnet" ? [host, Environment.GetCommandLineArgs()[0]] : [host];
    }

    private static int Act(string[] args, string directory)
    {
        try
        {
            return SessionUserNamespace.IsNeeded
                ? SessionUserNamespace.ReExecute(args, warning => Console.Error.WriteLine("warning: " + warning))
                : Run(directory);
        }
        catch (SandboxException refusal)
        {
            Console.Error.WriteLine($"{refusal.Message}\nhint: {refusal.Hint}\n{refusal.InnerException}");
            return 99;
        }
    }

    // Synchronous: another thread cannot enter this module before its initialiser has ended.
    private static int Run(string directory)
    {
        Directory.CreateDirectory(directory + "/upper");
        Directory.CreateDirectory(directory + "/work");
        using var output = Console.OpenStandardOutput();
        using var error = Console.OpenStandardError();
        var started = Stopwatch.GetTimestamp();
        using var root = DetachedMounts.Overlay(
            new([directory + "/lower"], directory + "/upper", directory + "/work", HostCapabilities.Probe().InUserNamespace));
        var spec = BusyboxRoot.Shell(root, Environment.GetEnvironmentVariable(ScriptVariable)!) with
        {
            Network = Environment.GetEnvironmentVariable("SHARPBUILD_TEST_NETWORK") == "none" ? SandboxNetwork.None : SandboxNetwork.Host,
        };
        var sandbox = SandboxLauncher.Start(spec, new RuntimeOptions());
        sandbox.StandardOutput!.CopyTo(output);
        sandbox.StandardError!.CopyTo(error);
        var exit = sandbox.Completion.GetAwaiter().GetResult();
        sandbox.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (Environment.GetEnvironmentVariable("SHARPBUILD_TEST_TIMES") is not null)
        {
            Console.Error.WriteLine(Stopwatch.GetElapsedTime(started));
        }

        return exit.Code;
    }
}
