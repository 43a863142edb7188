using System.CommandLine;
using SharpBuild.Cli.Commands;

namespace SharpBuild.Cli.Help;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpPage
{
    private const int MeaningColumn = 34;

    /// <summary>The page of one command.</summary>
    public static void Write(TextWriter output, CliCommand command)
    {
        var name = command.Name == CommandTable.Default ? $"[{command.Name}]" : command.Name;
        output.Write($"Usage: sharpbuild {name} {command.Synopsis}\n\n{command.Summary}\n");
        foreach (var section in command.Sections)
        {
            output.Write($"\n{section.Title}:\n");
            foreach (var option in section.Options)
            {
                WriteOption(output, option);
            }
        }

        WriteExamples(output, command.Examples);
    }

    /// <summary>The page of the program.</summary>
    public static void WriteOverview(TextWriter output)
    {
        output.Write("Usage: sharpbuild [build] [OPTIONS] CONTEXT\n       sharpbuild COMMAND [OPTIONS] …\n\n");
        output.Write("Builds images from Dockerfiles and runs them, without a daemon.\n\nCommands:\n");
        foreach (var entry in CommandTable.All)
        {
            WriteRow(output, $"  {entry.Name}", entry.Summary);
        }

        output.Write("\nEverywhere:\n");
        foreach (var option in new CommonOptions().All)
        {
            WriteOption(output, option);
        }

        WriteRow(output, "      --help", "Show help");
        WriteRow(output, "      --version", "Print the version");
        WriteExamples(
            output,
            [
                new("sharpbuild -t hello .", "build ./Dockerfile and name the image hello"),
                new("sharpbuild run --rm -it hello sh", "start a shell in it"),
                new("sharpbuild import rootfs.tar base", "create an image from a root file system"),
                new("sharpbuild build --help", "show all build options"),
            ]);
    }

    private static void WriteOption(TextWriter output, Option option)
    {
        var alias = "   ";
        foreach (var other in option.Aliases)
        {
            alias = $"{other},";
        }

        var shown = option.Name.StartsWith("--", StringComparison.Ordinal) ? $"  {alias} {option.Name}" : $"  {option.Name}";
        WriteRow(output, option.HelpName is null ? shown : $"{shown} {option.HelpName}", option.Description ?? "");
    }

    private static void WriteExamples(TextWriter output, IReadOnlyCollection<HelpExample> examples)
    {
        if (examples.Count == 0)
        {
            return;
        }

        output.Write("\nExamples:\n");
        foreach (var example in examples)
        {
            output.Write($"  {example.Command}\n      {example.Meaning}\n");
        }
    }

    private static void WriteRow(TextWriter output, string left, string meaning)
    {
        output.Write(left.Length < MeaningColumn ? left.PadRight(MeaningColumn) : $"{left}\n{new string(' ', MeaningColumn)}");
        output.Write(meaning);
        output.Write('\n');
    }
}
