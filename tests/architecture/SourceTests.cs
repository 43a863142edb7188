using System.Text.RegularExpressions;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.ArchitectureTests;

public sealed partial class SourceTests
{
    // The style asks for about 50 and rarely over 250; past this a reader is lost, whatever the reason.
    private const int MostLines = 450;

    private static readonly string[] NamesWithoutMeaning = ["Utils", "Helpers", "Common", "Manager", "Service", "Base"];

    [Fact]
    public void No_source_file_of_the_product_is_longer_than_a_reader_can_hold()
    {
        var tooLong = Sources().Where(file => File.ReadLines(file).Count() > MostLines);
        Assert.Empty(tooLong.Select(Relative));
    }

    [Fact]
    public void No_folder_has_a_name_without_meaning()
    {
        var folders = Sources().Select(file => Path.GetFileName(Path.GetDirectoryName(file))!);
        Assert.Empty(folders.Intersect(NamesWithoutMeaning, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Each_top_folder_says_in_forty_lines_what_it_is_for()
    {
        foreach (var folder in Arrows.Folders.Concat(["tests", "bench", "examples"]))
        {
            var readme = Path.Combine(SourceTree.Root, folder, "README.md");
            Assert.True(File.Exists(readme), $"{folder}/README.md is missing");
            Assert.InRange(File.ReadLines(readme).Count(), 1, 40);
        }
    }

    [Fact]
    public void Every_error_code_has_a_page()
    {
        var codes = Sources().SelectMany(file => Code().Matches(File.ReadAllText(file))).Select(match => match.Value.Trim('"')).Distinct().Order();
        Assert.All(codes, code => Assert.True(File.Exists(Path.Combine(SourceTree.Root, "docs", "errors", code + ".md")), code));
    }

    [GeneratedRegex("\"SB[0-9]{4}\"", RegexOptions.None, 1000)]
    private static partial Regex Code();

    private static IEnumerable<string> Sources() =>
        Arrows.Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(SourceTree.Root, folder), "*.cs", SearchOption.AllDirectories));

    private static string Relative(string path) => Path.GetRelativePath(SourceTree.Root, path);
}
