using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Builder.Inspection;
using SharpBuild.Cli.Help;
using SharpBuild.Cli.Inspecting;
using SharpBuild.Cli.Listing;
using SharpBuild.Parser;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild parse</c>: the syntax tree, for editors and tools.</summary>
internal sealed class ParseCommand : CliCommand
{
    private readonly Option<string[]> file;
    private readonly Option<string[]> format;
    private readonly Argument<string[]> place;

    /// <summary>Declares it.</summary>
    public ParseCommand()
        : base("parse", "[OPTIONS] [CONTEXT | DOCKERFILE]", "Prints the syntax tree of a Dockerfile, with the location of every node as LINE:COLUMN-LINE:COLUMN (end exclusive).")
    {
        file = Value("--file", "-f", "PATH", "The Dockerfile, '-' for standard input (CONTEXT/Dockerfile)");
        format = Value("--format", "FORMAT", "text or json");
        place = Positional("CONTEXT", 0, 1);
    }

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
    [
        new("sharpbuild parse --format json | jq '.stages[].from.image.text'", "the base images"),
        new("sharpbuild parse --format json - < Dockerfile", "from an editor's buffer"),
    ];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var isJson = CallOption.CheckFormat(CallMethod.Outline, arguments.Last(format) ?? CallOption.Text) == CallOption.Json;
        var options = await DockerfileChoice.ReadAsync(arguments.Last(file), arguments.Values(place) is [var word] ? word : null, CancellationToken.None);
        var result = DockerfileParser.Parse(DockerfileInspection.Read(options));
        switch (result.Dockerfile)
        {
            case null when isJson:
                WriteErrors(host.Output, result);
                return ExitCodes.Failure;
            case null:
                throw new DockerfileException(result.Source, result.Errors);
            case { } tree when isJson:
                JsonLines.Print(host.Output, SyntaxJson.Write(tree));
                return ExitCodes.Success;
            case { } tree:
                SyntaxText.Write(host.Output, tree);
                return ExitCodes.Success;
        }
    }

    private static void WriteErrors(TextWriter output, Parser.ParseResult result) => JsonLines.Write(output, indented: true, indentSize: 2, write: json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("errors");
        foreach (var error in result.Errors)
        {
            json.WriteStartObject();
            CheckJson.WriteError(json, result.Source, error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
