namespace SharpBuild.Parser;

/// <summary>A place in a text as people count: both numbers start at 1.</summary>
/// <param name="Line">The line.</param>
/// <param name="Column">The column, in UTF-16 code units.</param>
public readonly record struct TextPosition(int Line, int Column);
