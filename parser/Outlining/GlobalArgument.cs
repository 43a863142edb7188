using System.Collections.Immutable;

namespace SharpBuild.Parser.Outlining;

/// <summary>An ARG before the first FROM.</summary>
/// <param name="Argument">What an outline says of it.</param>
/// <param name="HasValue">Whether it has a default or is given.</param>
/// <param name="Uses">The names that its default uses: who uses the one uses the others.</param>
internal sealed record GlobalArgument(OutlineArgument Argument, bool HasValue, ImmutableArray<string> Uses);
