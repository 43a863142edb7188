using System.Collections.Immutable;
using System.Text;
using SharpBuild.Builder.Planning;
using SharpBuild.Image;
using SharpBuild.Parser;
using SharpBuild.Parser.Linting;
using SharpBuild.Parser.Syntax;
using Xunit;

namespace SharpBuild.UnitTests.Parser;

/// <summary>A folder with a Dockerfile and what is expected of it. <c>UPDATE_GOLDEN=1</c> writes the expectations anew.</summary>
public sealed class ConformanceCase(string folder)
{
    private static readonly bool IsAccepting = Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    /// <summary>The names of all cases.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateDirectories(Root).Select(static d => Path.GetFileName(d)!).Order(StringComparer.Ordinal);

    private static string Root { get; } = Path.Combine(RepositoryRoot.Path, "tests", "conformance", "parser", "cases");

    /// <summary>The Dockerfile.</summary>
    public string Text => File.ReadAllText(Path.Combine(FolderPath, "Dockerfile"));

    private string FolderPath => Path.Combine(Root, folder);

    /// <summary>Whether BuildKit was asked about this case.</summary>
    public bool HasAnswer => File.Exists(Path.Combine(FolderPath, "buildkit.txt"));

    /// <summary>Compares with what BuildKit says; a difference needs its reason in <c>difference.txt</c>, and a reason a difference.</summary>
    public void VerifyAnswer()
    {
        var result = Parse();
        var (errors, findings) = result.Dockerfile is { } tree ? (PlanErrors(tree), Check(tree)) : (result.Errors, []);
        var difference = BuildKitAnswer.Read(Path.Combine(FolderPath, "buildkit.txt")).CompareWith(result.Source, errors, findings);
        var reason = Path.Combine(FolderPath, "difference.txt");
        Assert.True(File.Exists(reason) == (difference.Length > 0), difference.Length > 0 ? difference : "there is a reason, but no difference any more");
    }

    /// <summary>Parses and checks the Dockerfile, and compares with the files beside it.</summary>
    public void Verify()
    {
        var result = Parse();
        var source = result.Source;
        Compare("expected.errors", Render(source, result.Errors));
        Compare("expected.json", result.Dockerfile is { } file ? SyntaxJson.Write(file) : "");
        Compare("expected.warnings", result.Dockerfile is { } tree ? Render(source, Check(tree)) : "");
    }

    private ParseResult Parse() => DockerfileParser.Parse(new SourceText("Dockerfile", Text));

    private static ImmutableArray<Diagnostic> Check(Dockerfile file) => Linter.Check(file, new() { BaseImage = KnownBase });

    // What a build would refuse; what is not built yet is none of the language's business.
    private static ImmutableArray<Diagnostic> PlanErrors(Dockerfile file)
    {
        var request = new PlanRequest
        {
            Dockerfile = file,
            Options = new() { Context = "/", Platform = Linux },
            Images = ImmutableDictionary<ImageKey, ResolvedImage>.Empty,
            BuildPlatform = Linux,
        };
        return [.. Planner.Survey(request).Errors.Where(static e => !e.Message.Contains("not built yet", StringComparison.Ordinal))];
    }

    private static Platform Linux { get; } = Platform.Parse("linux/amd64");

    // Every base of a case is known and sets nothing, so that undefined variables show.
    private static BaseImageFacts KnownBase(string name, string? platform) => new(["PATH=/bin"], "linux/amd64", platform?.Contains('/') == true ? platform : "linux/amd64", HasShell: false);

    private static string Render(SourceText source, IEnumerable<Diagnostic> diagnostics)
    {
        var text = new StringBuilder();
        foreach (var diagnostic in diagnostics)
        {
            var (start, end) = (source.GetPosition(diagnostic.Span.Start), source.GetPosition(diagnostic.Span.End));
            text.Append($"{start.Line}:{start.Column}-{end.Line}:{end.Column} {diagnostic.Code}{(diagnostic.Rule is { } rule ? " " + rule : "")}: {diagnostic.Message}\n");
            text.Append(diagnostic.Hint is { } hint ? $"    {hint}\n" : "");
        }

        return text.ToString();
    }

    private void Compare(string name, string actual)
    {
        var path = Path.Combine(FolderPath, name);
        if (IsAccepting)
        {
            Accept(path, actual);
            return;
        }

        Assert.Equal(File.Exists(path) ? File.ReadAllText(path) : "", actual);
    }

    private static void Accept(string path, string actual)
    {
        if (actual.Length > 0)
        {
            File.WriteAllText(path, actual);
        }
        else
        {
            File.Delete(path);
        }
    }
}
