using System.Collections.Immutable;

namespace SharpBuild.Builder.Devices;

/// <summary>A device that a specification file of this machine describes.</summary>
/// <param name="Name"><c>vendor/class=name</c>.</param>
/// <param name="Spec">All of its file.</param>
/// <param name="Edits">What a container gets with this one, besides what it gets with any of the file.</param>
/// <param name="Path">The file.</param>
internal sealed record RegisteredDevice(string Name, DeviceSpec Spec, SpecifiedDevice Edits, string Path)
{
    private const string ClassAnnotation = "org.mobyproject.buildkit.device.class";
    private const string AllowAnnotation = "org.mobyproject.buildkit.device.autoallow";

    /// <summary>Its kind, <c>vendor/class</c>.</summary>
    public string Kind => Spec.Kind;

    /// <summary>The class that an annotation gives it, for those who do not care about the vendor; null for none.</summary>
    public string? Class => Annotation(ClassAnnotation);

    /// <summary>Whether whoever wrote the file lets every build have it.</summary>
    public bool IsAllowedToAll => Annotation(AllowAnnotation) is "1" or "t" or "T" or "true" or "TRUE" or "True";

    private string? Annotation(string name) =>
        Edits.Annotations.GetValueOrDefault(name) ?? Spec.Annotations.GetValueOrDefault(name);

    /// <summary>What a container gets with some devices, in order; what belongs to a whole file comes once, before its first device.</summary>
    public static ImmutableArray<DeviceEdits> EditsOf(IEnumerable<RegisteredDevice> devices)
    {
        var edits = ImmutableArray.CreateBuilder<DeviceEdits>();
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (var device in devices)
        {
            if (files.Add(device.Path))
            {
                edits.Add(device.Spec.ContainerEdits);
            }

            edits.Add(device.Edits.ContainerEdits);
        }

        return edits.ToImmutable();
    }
}
