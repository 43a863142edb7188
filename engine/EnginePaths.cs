namespace SharpBuild.Engine;

/// <summary>Every name that the engine gives to something on disk.</summary>
/// <param name="root">The store's directory.</param>
internal sealed class EnginePaths(string root)
{
    /// <summary>The mode of the directories: what containers leave in them is nobody else's.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>A directory for each container.</summary>
    public string Containers { get; } = Path.Join(root, "containers");

    /// <summary>A directory for each volume.</summary>
    public string Volumes { get; } = Path.Join(root, "volumes");

    /// <summary>The directory of a container.</summary>
    public string Container(string id) => Path.Join(Containers, id);

    /// <summary>The state of a container.</summary>
    public string State(string id) => Path.Join(Containers, id, "state.json");

    /// <summary>The directory of a volume.</summary>
    public string Volume(string name) => Path.Join(Volumes, name);

    /// <summary>The content of a volume.</summary>
    public string VolumeData(string name) => Path.Join(Volumes, name, "_data");
}
