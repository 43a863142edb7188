using System.Collections.Immutable;

namespace SharpBuild.Runtime.Roots;

/// <summary>The ids that a command runs with.</summary>
/// <param name="Uid">The user id.</param>
/// <param name="Gid">The primary group id.</param>
/// <param name="Groups">All groups, the primary one first.</param>
/// <param name="Home">The home directory; <c>/</c> for a user without one.</param>
public sealed record ResolvedUser(uint Uid, uint Gid, ImmutableArray<uint> Groups, string Home);
