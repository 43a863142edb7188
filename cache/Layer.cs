using SharpBuild.Image;

namespace SharpBuild.Cache;

/// <summary>A finished layer of the store: the upper directory of one step, never changed again.</summary>
/// <param name="Id">Its name.</param>
/// <param name="DiffId">The digest of its tar, when it was measured already.</param>
public sealed record Layer(LayerId Id, Digest? DiffId);
