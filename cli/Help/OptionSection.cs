using System.CommandLine;

namespace SharpBuild.Cli.Help;

/// <summary>Options that belong together.</summary>
/// <param name="Title">What they are about.</param>
/// <param name="Options">The options.</param>
internal sealed record OptionSection(string Title, List<Option> Options);
