namespace SharpBuild.Builder.Explaining;

/// <summary>The names of steps as people see them: a place, then the instruction.</summary>
internal static class StepNames
{
    /// <summary>The instruction without <c>[2/4] </c>: the count changes when a step is added anywhere.</summary>
    public static string TextOf(string name) => name.StartsWith('[') && name.IndexOf("] ", StringComparison.Ordinal) is > 0 and var end ? name[(end + 2)..] : name;
}
