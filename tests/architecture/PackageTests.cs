using System.Xml.Linq;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.ArchitectureTests;

/// <summary>Every package that is named somewhere is used there.</summary>
public sealed class PackageTests
{
    public static TheoryData<string> Projects =>
        [.. ProjectFiles.Select(file => Path.GetRelativePath(SourceTree.Root, file))];

    private static IEnumerable<string> ProjectFiles =>
        Directory.EnumerateDirectories(SourceTree.Root)
            .Concat(Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, "tests")))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "SharpBuild.*.csproj"));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_the_packages_that_it_names(string project)
    {
        // An unused `using` does not compile (IDE0005), so one that is there shows use.
        var file = Path.Combine(SourceTree.Root, project);
        var code = Directory.EnumerateFiles(Path.GetDirectoryName(file)!, "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText).ToList();
        var restored = RestoredPackages.TryOf(Path.GetFileNameWithoutExtension(file));
        Assert.SkipUnless(restored is not null, "it was not restored");
        foreach (var package in References(file))
        {
            var namespaces = restored.NamespacesOf(package);
            var isUsed = code.Exists(text =>
                namespaces.Any(name => text.Contains($"using {name};", StringComparison.Ordinal)));
            Assert.True(namespaces.IsEmpty || isUsed, $"{project} names {package} and uses none of its namespaces");
        }
    }

    [Fact]
    public void Every_version_is_that_of_a_package_in_use()
    {
        var file = Path.Combine(SourceTree.Root, "Directory.Packages.props");
        var versions = XDocument.Load(file).Descendants("PackageVersion").Select(NameOf);
        var used = ProjectFiles.Append(Path.Combine(SourceTree.Root, "Directory.Build.props")).SelectMany(References);
        Assert.Empty(versions.Except(used));
    }

    private static IEnumerable<string> References(string file) =>
        XDocument.Load(file).Descendants("PackageReference").Select(NameOf);

    private static string NameOf(XElement element) => element.Attribute("Include")!.Value;
}
