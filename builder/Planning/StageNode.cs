using SharpBuild.Parser.Syntax;

namespace SharpBuild.Builder.Planning;

/// <summary>A stage with its FROM expanded.</summary>
internal sealed class StageNode
{
    /// <summary>Its place in the file, from 0.</summary>
    public required int Index { get; init; }

    public required Stage Stage { get; init; }

    /// <summary>The name in lower case, null when it has none.</summary>
    public string? Name { get; init; }

    /// <summary>The name that progress shows: empty in a file with a single unnamed stage.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What FROM names, expanded.</summary>
    public required string BaseName { get; init; }

    /// <summary>The expanded <c>--platform</c>, if given.</summary>
    public Image.Platform? Platform { get; init; }

    /// <summary>The stage that FROM names, if it is one.</summary>
    public StageNode? Base { get; init; }

    /// <summary>The named context that stands in for the whole stage, if there is one of its name.</summary>
    public NamedContext? Replacement { get; init; }

    /// <summary>What the stage is in the end, once planned.</summary>
    public StageState? Result { get; set; }
}
