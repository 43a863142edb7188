namespace SharpBuild.Parser.Expansion;

/// <summary>What of a word stays as written when it is expanded.</summary>
internal readonly record struct ExpansionRules
{
    /// <summary>Whether quotes stay in the value.</summary>
    public bool KeepsQuotes { get; init; }

    /// <summary>Whether escape characters stay in the value.</summary>
    public bool KeepsEscapes { get; init; }

    /// <summary>Whether a variable that is not set stays as written.</summary>
    public bool KeepsUnset { get; init; }
}
