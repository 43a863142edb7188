using SharpBuild.Image;

namespace SharpBuild.Cache.Content;

/// <summary>What a selection contains.</summary>
/// <param name="Digest">Covers for each file its path, kind, permissions, owner, size, content, attributes, link target and device; never its times.</param>
/// <param name="Resolved">The files, to be handed to the copier so that it need not look for them again; null when the digest was remembered and nothing was looked at.</param>
public sealed record CopyDigest(Digest Digest, ResolvedSelection? Resolved);
