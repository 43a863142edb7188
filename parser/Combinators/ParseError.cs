using System.Collections.Immutable;

namespace SharpBuild.Parser.Combinators;

/// <summary>Why a parser failed.</summary>
/// <param name="ErrorPos">The offset of the token that was not expected.</param>
/// <param name="EOF">Whether the input ended there.</param>
/// <param name="Unexpected">The token, unless the input ended.</param>
/// <param name="Expected">The labels of what would have been accepted.</param>
/// <param name="Message">What a parser said in its own words, if one did.</param>
internal sealed record ParseError<TToken>(
    int ErrorPos, bool EOF, TToken? Unexpected, ImmutableArray<string> Expected, string? Message);
