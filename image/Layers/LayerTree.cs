using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Image.Layers;

/// <summary>A tree that becomes a part of a tar.</summary>
/// <param name="Directory">The directory of the tar that it goes into.</param>
/// <param name="Root">Its root; stays open.</param>
public sealed record LayerTree(string Directory, SafeFileHandle Root);
