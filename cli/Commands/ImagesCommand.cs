using System.Collections.Immutable;
using System.CommandLine;
using SharpBuild.Cache;
using SharpBuild.Cli.Help;
using SharpBuild.Cli.Listing;
using SharpBuild.Cli.Rendering;
using SharpBuild.Image;

namespace SharpBuild.Cli.Commands;

/// <summary><c>sharpbuild images</c>.</summary>
internal sealed class ImagesCommand : CliCommand
{
    private const int ShownDigits = 12;
    private readonly Option<string[]> quiet;
    private readonly Option<string[]> noTruncation;
    private readonly Option<string[]> tree;
    private readonly Option<string[]> format;
    private readonly Argument<string[]> filter;

    /// <summary>Declares it.</summary>
    public ImagesCommand()
        : base("images", "[OPTIONS] [NAME[:TAG]]", "Lists the images in the store.")
    {
        quiet = Flag("--quiet", "Print only IDs", "-q");
        noTruncation = Flag("--no-trunc", "Do not truncate IDs");
        tree = Flag("--tree", "Print the platforms of each image below it");
        format = Value("--format", "FORMAT", "table, or json for one object a line");
        filter = Positional("NAME", 0, 1);
    }

    /// <inheritdoc/>
    public override ImmutableArray<HelpExample> Examples =>
    [
        new("sharpbuild images", "all images"),
        new("sharpbuild images --tree", "the same with their platforms"),
        new("sharpbuild images --format json | jq -r .Size", "for scripts"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyCollection<string> NotBuilt => ["--all", "-a", "--digests", "--filter"];

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParsedArguments arguments, CommandHost host)
    {
        var kind = ListFormats.Parse(arguments.Last(format));
        await using var store = host.OpenStore(arguments);
        var images = Select(store, arguments.Values(filter) is [var name] ? name : null);
        var digits = arguments.Has(noTruncation) ? (int?)null : ShownDigits;
        if (arguments.Has(quiet))
        {
            foreach (var id in images.Select(entry => Id(entry, digits)).Distinct())
            {
                host.Print($"{id}\n");
            }
        }
        else if (arguments.Has(tree))
        {
            ImageTree.Write(host.Output, images, digits);
        }
        else if (kind == ListFormat.Json)
        {
            WriteJson(images, digits, host);
        }
        else
        {
            WriteTable(images, digits, host);
        }

        return ExitCodes.Success;
    }

    private static List<NamedImage> Select(Store store, string? filter)
    {
        var images = store.Images.List().ToList();
        if (filter is not null)
        {
            var wanted = ImageReference.Parse(filter);
            var anyTag = !filter[(filter.LastIndexOf('/') + 1)..].Contains(':');
            images.RemoveAll(entry => entry.Name is null || entry.Name.Name != wanted.Name || (!anyTag && entry.Name.Tag != wanted.Tag));
        }

        images.Sort((left, right) => right.Image.Created.CompareTo(left.Image.Created) is not 0 and var order
            ? order
            : string.CompareOrdinal(left.Name?.ToString(), right.Name?.ToString()));
        return images;
    }

    private static string Id(NamedImage entry, int? digits) =>
        digits is { } count ? entry.Image.Id.Hex[..count] : entry.Image.Id.ToString();

    private static string Repository(NamedImage entry)
    {
        if (entry.Name is not { } name)
        {
            return "<none>";
        }

        var familiar = name.FamiliarName;
        var end = name.Tag is { } tag ? familiar.LastIndexOf($":{tag}", StringComparison.Ordinal) : familiar.IndexOf('@');
        return end > 0 ? familiar[..end] : familiar;
    }

    private static void WriteTable(List<NamedImage> images, int? digits, CommandHost host)
    {
        var table = new Table("REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE");
        var now = host.Clock.GetUtcNow();
        foreach (var entry in images)
        {
            table.Add(Repository(entry), entry.Name?.Tag ?? "<none>", Id(entry, digits), Age.Since(entry.Image.Created, now), ByteSize.Format(entry.Image.Size));
        }

        table.Write(host.Output);
    }

    private static void WriteJson(List<NamedImage> images, int? digits, CommandHost host)
    {
        foreach (var entry in images)
        {
            JsonLines.WriteLine(host.Output, json =>
            {
                json.WriteString("Repository", Repository(entry));
                json.WriteString("Tag", entry.Name?.Tag ?? "<none>");
                json.WriteString("ID", Id(entry, digits));
                json.WriteString("CreatedAt", entry.Image.Created);
                json.WriteNumber("Size", entry.Image.Size);
                json.WriteString("Platform", string.Join(',', entry.Image.Images.Select(static image => image.Platform)));
                json.WriteString("Digest", entry.Image.Digest.ToString());
            });
        }
    }
}
