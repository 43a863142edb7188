namespace SharpBuild.Cache;

/// <summary>A file that is not the same in two layers.</summary>
/// <param name="Path">Where it is, absolute.</param>
/// <param name="What">What differs: <c>content</c>, <c>time</c>, <c>only once</c> …</param>
public sealed record LayerDifference(string Path, string What);
