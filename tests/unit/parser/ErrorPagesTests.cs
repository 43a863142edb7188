using System.Reflection;
using SharpBuild.Parser;
using SharpBuild.Parser.Ignoring;
using SharpBuild.Parser.Linting;
using Xunit;

namespace SharpBuild.UnitTests.Parser;

public sealed class ErrorPagesTests
{
    // Codes that the parser only hands to the builder: a variable's value or the context decides.
    private static readonly string[] RaisedElsewhere =
        [DiagnosticCodes.InvalidPattern, "SB2012", "SB2019", "SB2102", "SB2105"];

    public static TheoryData<string> Codes => [.. AllCodes];

    public static TheoryData<string> CheckedCodes => [.. AllCodes.Except(RaisedElsewhere)];

    private static IEnumerable<string> AllCodes =>
        typeof(DiagnosticCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static f => (string)f.GetRawConstantValue()!)
            .Concat(LintRules.All.Select(static r => r.Code));

    [Fact]
    public void Each_code_is_used_once() => Assert.Equal(AllCodes.Distinct().Count(), AllCodes.Count());

    [Fact]
    public void There_are_the_22_checks_of_BuildKit_and_ours() =>
        Assert.Equal((22, 5), (LintRules.All.Count(static r => r.Code.StartsWith("SB20")), LintRules.All.Count(static r => r.Code.StartsWith("SB21"))));

    [Theory]
    [MemberData(nameof(Codes))]
    public void Each_code_has_a_page(string code) => Assert.StartsWith($"# {code}: ", File.ReadAllText(PageOf(code)));

    [Theory]
    [MemberData(nameof(CheckedCodes))]
    public void The_bad_example_of_a_page_shows_the_finding_and_the_good_one_does_not(string code)
    {
        var examples = ExamplesOf(File.ReadAllText(PageOf(code)));
        Assert.Equal(2, examples.Length);
        Assert.Contains(code, FindingsOf(examples[0]));
        Assert.DoesNotContain(code, FindingsOf(examples[1]));
    }

    [Fact]
    public void The_pages_of_ignore_files_and_ports_are_right()
    {
        Assert.Throws<DockerfileException>(() => IgnoreFile.Parse("a["));
        Assert.Equal(["a\\["], IgnoreFile.Parse("a\\[").Patterns);
    }

    private static IEnumerable<string> FindingsOf(string example)
    {
        // Only the examples about FROM and the top of a file show a FROM of their own.
        var hasStage = example.Contains("FROM", StringComparison.Ordinal) || example is "ARG VERSION=13\n";
        var text = (hasStage ? example : "FROM scratch\n" + example).Replace("AAAA…", new string('A', 70_000), StringComparison.Ordinal);
        var result = DockerfileParser.Parse(new SourceText("Dockerfile", text));
        var checks = new LintOptions { Checks = CheckOptions.None with { RunsAllExperimental = true } };
        return result.Errors.Select(static e => e.Code).Concat(result.Dockerfile is { } file ? Linter.Check(file, checks).Select(static f => f.Code) : []);
    }

    private static string PageOf(string code) => Path.Combine(RepositoryRoot.Path, "docs", "errors", code + ".md");

    private static string[] ExamplesOf(string page) =>
        [.. page.Split("```dockerfile\n").Skip(1).Select(static part => part[..part.IndexOf("```", StringComparison.Ordinal)])];
}
