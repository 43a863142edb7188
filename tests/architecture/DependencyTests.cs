using System.Collections.Immutable;
using System.Xml.Linq;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.ArchitectureTests;

public sealed class DependencyTests : IDisposable
{
    private readonly ImmutableArray<ProductAssembly> product = ProductAssembly.ReadAll();

    [Fact]
    public void Every_folder_with_a_project_stands_in_the_list_of_arrows()
    {
        var folders = Directory.EnumerateDirectories(SourceTree.Root)
            .Where(directory => Directory.EnumerateFiles(directory, "SharpBuild.*.csproj").Any())
            .Select(Path.GetFileName)
            .Except(["bench"]);
        Assert.Equal(Arrows.Folders, folders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_project_file_names_just_the_folders_it_may_know()
    {
        foreach (var (folder, allowed) in Arrows.Allowed)
        {
            Assert.Equal(allowed, ProjectReferences(folder));
        }
    }

    [Fact]
    public void Compiled_code_refers_only_to_folders_it_may_know()
    {
        foreach (var assembly in product)
        {
            var allowed = Arrows.Allowed[assembly.Folder].Union(Arrows.ThroughSignatures.GetValueOrDefault(assembly.Folder, []));
            var forbidden = assembly.References.Except(allowed);
            Assert.True(forbidden.IsEmpty, $"{assembly.Folder} refers to {string.Join(", ", forbidden)}");
        }
    }

    [Fact]
    public void Native_code_is_called_only_by_the_kernel_folder_and_the_codecs()
    {
        var elsewhere = product.Where(assembly => assembly.Folder != "linux")
            .SelectMany(assembly => assembly.TypesWithNativeMethods)
            .Where(type => !type.StartsWith("SharpBuild.Image.Compression.", StringComparison.Ordinal));
        Assert.Empty(elsewhere);
    }

    [Fact]
    public void A_public_class_is_sealed_or_abstract() =>
        Assert.Empty(product.SelectMany(assembly => assembly.OpenPublicClasses));

    public void Dispose()
    {
        foreach (var assembly in product)
        {
            assembly.Dispose();
        }
    }

    private static ImmutableSortedSet<string> ProjectReferences(string folder)
    {
        var file = Directory.EnumerateFiles(Path.Combine(SourceTree.Root, folder), "SharpBuild.*.csproj").Single();
        return [.. XDocument.Load(file).Descendants("ProjectReference").Select(reference => Path.GetFileName(Path.GetDirectoryName(reference.Attribute("Include")!.Value))!)];
    }
}
