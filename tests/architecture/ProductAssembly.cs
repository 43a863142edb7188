using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SharpBuild.ArchitectureTests;

/// <summary>What the metadata of one of our assemblies says; nothing is loaded, so a test cannot change what it looks at.</summary>
internal sealed class ProductAssembly : IDisposable
{
    private readonly PEReader file;
    private readonly MetadataReader metadata;

    private ProductAssembly(string folder, string path)
    {
        Folder = folder;
        file = new PEReader(File.OpenRead(path));
        metadata = file.GetMetadataReader();
    }

    /// <summary>The folder at the top of the source tree: <c>parser</c>, <c>linux</c> and so on.</summary>
    public string Folder { get; }

    /// <summary>The folders of ours that the compiled code really refers to.</summary>
    public ImmutableSortedSet<string> References =>
        [.. metadata.AssemblyReferences.Select(handle => FolderOf(metadata.GetString(metadata.GetAssemblyReference(handle).Name))).OfType<string>()];

    /// <summary>The full names of the types that declare a native method.</summary>
    public ImmutableSortedSet<string> TypesWithNativeMethods =>
        [.. Types.Where(DeclaresNativeMethod).Select(FullName)];

    /// <summary>The full names of public classes that are neither sealed nor abstract.</summary>
    public ImmutableSortedSet<string> OpenPublicClasses => [.. Types.Where(IsOpenPublicClass).Select(FullName)];

    private IEnumerable<TypeDefinition> Types => metadata.TypeDefinitions.Select(metadata.GetTypeDefinition);

    /// <summary>Every assembly of the product, as it was built for these tests.</summary>
    public static ImmutableArray<ProductAssembly> ReadAll() =>
        [.. Arrows.Folders.Select(folder => new ProductAssembly(folder, Path.Combine(AppContext.BaseDirectory, FileName(folder))))];

    /// <summary>The folder of an assembly name; null when it is not ours.</summary>
    public static string? FolderOf(string assemblyName) => assemblyName switch
    {
        "sharpbuild" => "cli",
        _ when assemblyName.StartsWith("SharpBuild.", StringComparison.Ordinal) => assemblyName["SharpBuild.".Length..].ToLowerInvariant(),
        _ => null,
    };

    public void Dispose() => file.Dispose();

    private static string FileName(string folder) => folder switch
    {
        "cli" => "sharpbuild.dll",
        "msbuild" => "SharpBuild.MSBuild.dll",
        _ => $"SharpBuild.{char.ToUpperInvariant(folder[0])}{folder[1..]}.dll",
    };

    private bool DeclaresNativeMethod(TypeDefinition type) =>
        type.GetMethods().Any(method => metadata.GetMethodDefinition(method).Attributes.HasFlag(MethodAttributes.PinvokeImpl));

    private bool IsOpenPublicClass(TypeDefinition type) =>
        (type.Attributes & TypeAttributes.VisibilityMask) is TypeAttributes.Public or TypeAttributes.NestedPublic
        && !type.Attributes.HasFlag(TypeAttributes.Interface)
        && !type.Attributes.HasFlag(TypeAttributes.Sealed)
        && !type.Attributes.HasFlag(TypeAttributes.Abstract);

    private string FullName(TypeDefinition type)
    {
        var name = metadata.GetString(type.Name);
        var outer = type.GetDeclaringType();
        return outer.IsNil
            ? $"{metadata.GetString(type.Namespace)}.{name}"
            : $"{FullName(metadata.GetTypeDefinition(outer))}.{name}";
    }
}
