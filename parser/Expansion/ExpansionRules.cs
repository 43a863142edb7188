namespace SharpBuild.Parser.Expansion;

/// <summary>What an expansion does besides substituting.</summary>
/// <param name="Escape">The escape character.</param>
internal readonly record struct ExpansionRules(char Escape)
{
    /// <summary>Whether quotes stay in the value.</summary>
    public bool KeepsQuotes { get; init; }

    /// <summary>Whether escape characters stay in the value.</summary>
    public bool KeepsEscapes { get; init; }

    /// <summary>Whether quotes are ordinary characters.</summary>
    public bool QuotesMeanNothing { get; init; }

    /// <summary>Whether a variable that is not set stays as written.</summary>
    public bool KeepsUnset { get; init; }
}
