using System.Reflection;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild version</c>.</summary>
internal sealed class VersionCommand() : CliCommand("version", "", "Prints the version.")
{
    /// <inheritdoc/>
    public override Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        host.Print($"sharpbuild {version}\n");
        return Task.FromResult(ExitCodes.Success);
    }
}
