using System.Reflection;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild version</c>.</summary>
internal sealed class VersionCommand() : CliCommand("version", "", "Prints the version.")
{
    /// <summary>The version.</summary>
    public static string Version => typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        host.Print($"sharpbuild {Version}\n");
        return Task.FromResult(ExitCodes.Success);
    }
}
