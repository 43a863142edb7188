namespace SharpBuild.Parser.Expansion;

/// <summary>Keeps the template of a text beside it. It says nothing about what it stands in, and so counts for nothing when that is compared.</summary>
internal struct TemplateMemo : IEquatable<TemplateMemo>
{
    private ExpansionTemplate? template;

    /// <summary>The template of a word. Two threads may both read it; either result will do.</summary>
    public ExpansionTemplate GetWord(string text, char escape) =>
        template is { } known && known.Escape == escape && ReferenceEquals(known.Text, text) ? known : template = ExpansionTemplate.Parse(text, escape);

    /// <summary>The template of the body of a heredoc.</summary>
    public ExpansionTemplate GetHeredoc(string text) =>
        template is { } known && ReferenceEquals(known.Text, text) ? known : template = ExpansionTemplate.ParseHeredoc(text);

    /// <inheritdoc/>
    public readonly bool Equals(TemplateMemo other) => true;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is TemplateMemo;

    /// <inheritdoc/>
    public override readonly int GetHashCode() => 0;
}
