using SharpBuild.Image;
using SharpBuild.Image.Layouts;
using SharpBuild.Parser.Sources;

namespace SharpBuild.Builder.Planning;

/// <summary>What <c>--build-context NAME=…</c> says: files that stand in for a stage or image of that name. The family is closed.</summary>
/// <param name="Name">The name as it was given.</param>
internal abstract record NamedContext(string Name);

/// <summary>A directory of this machine.</summary>
/// <param name="Name">The name.</param>
internal sealed record DirectoryContext(string Name) : NamedContext(Name);

/// <summary>An image: <c>docker-image://</c>.</summary>
/// <param name="Name">The name.</param>
/// <param name="Reference">The image; null for <c>scratch</c>.</param>
internal sealed record ImageContext(string Name, ImageReference? Reference) : NamedContext(Name);

/// <summary>An image of an OCI layout on this machine: <c>oci-layout://</c>.</summary>
/// <param name="Name">The name.</param>
/// <param name="Place">Where it is.</param>
internal sealed record LayoutContext(string Name, LayoutPlace Place) : NamedContext(Name);

/// <summary>A git repository or a file on a web server.</summary>
/// <param name="Name">The name.</param>
/// <param name="Source">Where it is.</param>
internal sealed record RemoteContext(string Name, RemoteSource Source) : NamedContext(Name);
