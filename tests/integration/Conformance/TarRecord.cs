namespace SharpBuild.IntegrationTests.Conformance;

/// <summary>An entry of a layer's tar as it stands there.</summary>
/// <param name="Path">Where, without slashes at the ends; see <see cref="NameText"/>.</param>
/// <param name="Kind">The type flag of the tar.</param>
/// <param name="Mode">The permission bits.</param>
/// <param name="Owner">As <c>uid:gid</c>.</param>
/// <param name="Link">The target of a symbolic or hard link.</param>
/// <param name="Modified">The modification time in seconds, with a fraction if the tar has one.</param>
/// <param name="Device">As <c>major:minor</c>.</param>
/// <param name="Attributes">The extended attributes, by name.</param>
/// <param name="Content">The bytes of a regular file.</param>
internal sealed record TarRecord(
    string Path,
    char Kind,
    int Mode,
    string Owner,
    string Link,
    decimal Modified,
    string Device,
    SortedDictionary<string, string> Attributes,
    byte[] Content)
{
    public const char HardLink = '1';
    public const char SymbolicLink = '2';
    public const char Directory = '5';
}
