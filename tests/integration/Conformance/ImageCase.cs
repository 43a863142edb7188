using System.Collections.Immutable;
using System.Text.Json;
using SharpBuild.Testing;

namespace SharpBuild.IntegrationTests.Conformance;

/// <summary>A folder of <c>tests/conformance/images/cases</c>: a context, how to build it, and what BuildKit made of it.</summary>
internal sealed class ImageCase
{
    private const string Root = "tests/conformance/images";
    private readonly string directory;
    private readonly JsonElement settings;

    private ImageCase(string directory)
    {
        this.directory = directory;
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Join(directory, "case.json")));
        settings = json.RootElement.Clone();
    }

    /// <summary>The names of all cases.</summary>
    public static IEnumerable<string> Names =>
        Directory.GetDirectories(SourceTree.Resolve($"{Root}/cases")).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal);

    /// <summary>Where BuildKit's result is written down.</summary>
    public string Recording => Path.Join(directory, "expected.txt");

    /// <summary>Where sharpbuild's is, if it differs on purpose; <c>case.json</c> then says why under <c>differs</c>.</summary>
    public string Difference => Path.Join(directory, "sharpbuild.txt");

    /// <summary>Why sharpbuild differs on purpose; null where it does not.</summary>
    public string? DiffersBecause => Text("differs");

    public static ImageCase Read(string name) => new(SourceTree.Resolve($"{Root}/cases/{name}"));

    /// <summary>A script of the cases' folder.</summary>
    public static string Script(string name) => SourceTree.Resolve($"{Root}/{name}");

    /// <summary>Lays the context out in a new directory, with all that git cannot keep: special files, odd names, times, attributes.</summary>
    public Task PrepareAsync(string target, CancellationToken cancellation) =>
        new Command("bash", Script("prepare.sh"), directory, target).SucceedAsync(cancellation);

    /// <summary>The arguments of the build; those of <c>docker buildx build</c> and of sharpbuild are the same.</summary>
    /// <param name="workspace">The directory that <see cref="PrepareAsync"/> filled.</param>
    public ImmutableArray<string> Arguments(string workspace)
    {
        var context = Path.Join(workspace, "context");
        return
        [
            .. Arguments().SelectMany(argument => new[] { "--build-arg", argument }),
            .. Text("target") is { } target ? ["--target", target] : Array.Empty<string>(),
            .. Options().Select(option => option.Replace("{context}", context, StringComparison.Ordinal)),
            "--file",
            Path.Join(context, Text("file") ?? "Dockerfile"),
            context,
        ];
    }

    private string? Text(string name) => settings.TryGetProperty(name, out var value) ? value.GetString() : null;

    private IEnumerable<string> Arguments() => settings.TryGetProperty("args", out var value) ? value.EnumerateObject().Select(a => $"{a.Name}={a.Value.GetString()}") : [];

    private IEnumerable<string> Options() => settings.TryGetProperty("options", out var value) ? value.EnumerateArray().Select(i => i.GetString()!) : [];
}
