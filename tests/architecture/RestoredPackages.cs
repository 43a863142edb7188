using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;

namespace SharpBuild.ArchitectureTests;

/// <summary>The packages that a project compiles against, as NuGet restored them.</summary>
internal sealed class RestoredPackages
{
    private readonly JsonElement packages;
    private readonly JsonElement libraries;
    private readonly string folder;

    private RestoredPackages(JsonElement assets)
    {
        packages = assets.GetProperty("targets").EnumerateObject().First().Value;
        libraries = assets.GetProperty("libraries");
        folder = assets.GetProperty("packageFolders").EnumerateObject().First().Name;
    }

    /// <summary>
    /// Those of a project that was restored beside these tests; null when it was not (bench is no part of Build.sln).
    /// </summary>
    public static RestoredPackages? TryOf(string project)
    {
        // artifacts/bin/SharpBuild.ArchitectureTests/debug/
        var artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../.."));
        var file = Path.Combine(artifacts, "obj", project, "project.assets.json");
        if (!File.Exists(file))
        {
            return null;
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return new RestoredPackages(document.RootElement.Clone());
    }

    /// <summary>The namespaces that a package brings, alone or by what it depends on. None for analyzers.</summary>
    public ImmutableSortedSet<string> NamespacesOf(string package) =>
        [.. Closure(package).SelectMany(Assemblies).SelectMany(PublicNamespaces)];

    private HashSet<string> Closure(string package)
    {
        var found = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var open = new Queue<string>([package]);
        while (open.TryDequeue(out var name))
        {
            if (found.Add(name) && Find(name) is { } entry
                && entry.Value.TryGetProperty("dependencies", out var dependencies))
            {
                foreach (var dependency in dependencies.EnumerateObject())
                {
                    open.Enqueue(dependency.Name);
                }
            }
        }

        return found;
    }

    private JsonProperty? Find(string name)
    {
        foreach (var entry in packages.EnumerateObject())
        {
            if (entry.Name.StartsWith(name + "/", StringComparison.OrdinalIgnoreCase))
            {
                return entry;
            }
        }

        return null;
    }

    private IEnumerable<string> Assemblies(string name) =>
        Find(name) is { } entry && entry.Value.TryGetProperty("compile", out var files)
            ? files.EnumerateObject().Select(file => Path.Combine(folder, PathOf(entry.Name), file.Name))
                .Where(file => file.EndsWith(".dll", StringComparison.Ordinal))
            : [];

    private string PathOf(string entry) => libraries.GetProperty(entry).GetProperty("path").GetString()!;

    private static IEnumerable<string> PublicNamespaces(string file)
    {
        using var assembly = new PEReader(File.OpenRead(file));
        var metadata = assembly.GetMetadataReader();
        return metadata.TypeDefinitions.Select(metadata.GetTypeDefinition)
            .Where(type => (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public)
            .Select(type => metadata.GetString(type.Namespace)).ToList();
    }
}
