namespace SharpBuild.Cache;

/// <summary>One named value that went into a cache key, kept so that people can be told what changed.</summary>
/// <param name="Name">What it is, such as <c>command</c> or <c>arg VERSION</c>.</param>
/// <param name="Value">The value, or its digest when it is long or binary.</param>
public readonly record struct KeyPart(string Name, string Value);
