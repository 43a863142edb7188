using System.Reflection;
using PublicApiGenerator;
using SharpBuild.Testing;
using Xunit;

namespace SharpBuild.ArchitectureTests;

/// <summary>
/// What each library offers to others. A change shows up in review as a change of a file here; UPDATE_GOLDEN=1 accepts
/// it.
/// </summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new()
    {
        IncludeAssemblyAttributes = false,
        DenyNamespacePrefixes = [],
    };

    // The surface of msbuild is that of its task; to read it takes assemblies of MSBuild that are not beside the tests.
    public static TheoryData<string> Libraries => [.. Arrows.Folders.Except(["cli", "msbuild"])];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_surface_is_known(string folder)
    {
        var name = char.ToUpperInvariant(folder[0]) + folder[1..];
        var assembly = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, $"SharpBuild.{name}.dll"));
        Golden.Verify(assembly.GeneratePublicApi(Options), folder);
    }
}
