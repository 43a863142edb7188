using System.Collections.Immutable;
using SharpBuild.Parser.Syntax;

namespace SharpBuild.Parser.Outlining;

/// <summary>A stage as <c>--call=targets</c> lists it.</summary>
/// <param name="Name">The name in lower case; empty when it has none.</param>
/// <param name="IsDefault">Whether it is what a build without <c>--target</c> makes: the last.</param>
/// <param name="Description">What the comment above its FROM says about it; empty for nothing.</param>
/// <param name="From">Its FROM.</param>
public sealed record BuildTarget(string Name, bool IsDefault, string Description, FromInstruction From)
{
    /// <summary>The stages of a file, in order.</summary>
    public static ImmutableArray<BuildTarget> ListOf(Dockerfile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var targets = ImmutableArray.CreateBuilder<BuildTarget>(file.Stages.Length);
        foreach (var from in file.Stages.Select(static s => s.From))
        {
            var name = from.Name?.Text.ToLowerInvariant() ?? "";
            targets.Add(new(name, targets.Count == file.Stages.Length - 1, DocComment.Find(from, name), from));
        }

        return targets.MoveToImmutable();
    }
}
