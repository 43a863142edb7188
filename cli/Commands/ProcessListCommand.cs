using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cli.Help;
using SharpBuild.Cli.Listing;
using SharpBuild.Cli.Rendering;
using SharpBuild.Engine;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild ps</c>.</summary>
internal sealed class ProcessListCommand : CliCommand
{
    private const int CommandLength = 20;
    private readonly Option<string[]> all;
    private readonly Option<string[]> quiet;
    private readonly Option<string[]> noTruncation;
    private readonly Option<string[]> format;

    /// <summary>Declares it.</summary>
    public ProcessListCommand()
        : base("ps", "[OPTIONS]", "Lists running containers.")
    {
        all = Flag("--all", "Also list containers that have ended", "-a");
        quiet = Flag("--quiet", "Print only IDs", "-q");
        noTruncation = Flag("--no-trunc", "Do not truncate IDs and commands");
        format = Value("--format", "FORMAT", "table, or json for one object a line");
    }

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples => [new("sharpbuild rm $(sharpbuild ps -aq)", "remove all containers that have ended")];

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> NotBuilt => ["--filter", "-f", "--last", "-n", "--latest", "-l", "--size", "-s"];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var kind = ListFormats.Parse(arguments.Last(format));
        await using var store = host.OpenStore(arguments);
        var containers = new ContainerStore(store).List().Where(container => arguments.Has(all) || container.Status == ContainerStatus.Running).ToList();
        var whole = arguments.Has(noTruncation);
        if (arguments.Has(quiet))
        {
            containers.ForEach(container => host.Print($"{Id(container, whole)}\n"));
        }
        else if (kind == ListFormat.Json)
        {
            containers.ForEach(container => WriteJson(container, whole, host));
        }
        else
        {
            WriteTable(containers, whole, host);
        }

        return ExitCodes.Success;
    }

    private static string Id(Container container, bool whole) => whole ? container.Id : container.ShortId;

    private static string Status(Container container, DateTimeOffset now) => container.Status switch
    {
        ContainerStatus.Created => "Created",
        ContainerStatus.Running => $"Up {Age.Format(now - container.Created)}",
        ContainerStatus.Exited => $"Exited ({container.ExitCode}) {Age.Since(container.Finished ?? container.Created, now)}",
        _ => "Dead",
    };

    private static void WriteTable(List<Container> containers, bool whole, CommandHost host)
    {
        var now = host.Clock.GetUtcNow();
        var table = new Table("CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "NAMES");
        foreach (var container in containers)
        {
            var command = DisplayText.Clean(string.Join(' ', container.Command));
            var shown = whole || command.Length <= CommandLength ? command : $"{command[..(CommandLength - 1)]}…";
            table.Add(Id(container, whole), container.Image, $"\"{shown}\"", Age.Since(container.Created, now), Status(container, now), container.Name);
        }

        table.Write(host.Output);
    }

    private static void WriteJson(Container container, bool whole, CommandHost host) => JsonLines.WriteLine(host.Output, json =>
    {
        json.WriteString("ID", Id(container, whole));
        json.WriteString("Image", container.Image);
        json.WriteString("Command", string.Join(' ', container.Command));
        json.WriteString("CreatedAt", container.Created);
        json.WriteString("State", container.Status.ToString().ToLowerInvariant());
        json.WriteString("Status", Status(container, host.Clock.GetUtcNow()));
        json.WriteString("Names", container.Name);
    });
}
