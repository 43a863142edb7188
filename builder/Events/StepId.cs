namespace SharpBuild.Builder.Events;

/// <summary>A step of one build: its number in the plan, from 1.</summary>
/// <param name="Number">The number.</param>
public readonly record struct StepId(int Number)
{
    /// <summary>The number as text.</summary>
    public override string ToString() => Number.ToString();
}
