using SharpBuild.Cache.Content;
using SharpBuild.Cache.Traces;

namespace SharpBuild.Builder.Explaining;

/// <summary>The words for why a step ran. Programs may rely on the kinds.</summary>
public static class StepReasons
{
    /// <summary>The cache was not asked.</summary>
    public const string NoCache = "no-cache";

    /// <summary>No earlier build had a step like it.</summary>
    public const string New = "new";

    /// <summary>An equal step was built, but its result is not there (any more).</summary>
    public const string Lost = "lost";

    /// <summary>The step that it stands on is another one.</summary>
    public const string Parent = "parent";

    /// <summary>The base image is another one.</summary>
    public const string Base = "base";

    /// <summary>An argument or environment variable has another value.</summary>
    public const string Argument = "argument";

    /// <summary>The instruction says something else.</summary>
    public const string Instruction = "instruction";

    /// <summary>Some file changed; which one is not known any more.</summary>
    public const string Files = "files";

    /// <summary>More files than are named changed.</summary>
    public const string MoreFiles = "more-files";

    /// <summary>The kind for a change of a file.</summary>
    public static string OfFile(FileChangeKind kind) => kind switch
    {
        FileChangeKind.Added => "file-added",
        FileChangeKind.Removed => "file-removed",
        FileChangeKind.Content => "file-content",
        FileChangeKind.Mode => "file-mode",
        FileChangeKind.Owner => "file-owner",
        _ => throw new System.Diagnostics.UnreachableException($"no word for {kind}"),
    };

    /// <summary>The reason in a line for people.</summary>
    public static string Describe(StepReason reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return reason.Kind switch
        {
            NoCache => "the cache was not asked (--no-cache)",
            New => "no earlier build of this Dockerfile had such a step",
            Lost => "an equal step was started before, but its result is not in the store: it failed, or was pruned",
            Parent => $"it builds on '{reason.Subject}', which changed",
            Base => $"the base image has other layers: {reason.Subject}",
            Files => $"files changed: {reason.Subject}",
            MoreFiles => $"and {reason.Subject} more files",
            "file-added" => $"{reason.Subject}: new file",
            "file-removed" => $"{reason.Subject}: not there any more",
            "file-content" => $"{reason.Subject}: other content",
            "file-mode" => $"{reason.Subject}: mode {Change(reason)}",
            "file-owner" => $"{reason.Subject}: owner {Change(reason)}",
            _ => $"{reason.Subject}: {Change(reason)}",
        };
    }

    private static string Change(StepReason reason) => $"{Value(reason.Before)} → {Value(reason.After)}";

    private static string Value(string? value) => value switch
    {
        null => "(not set)",
        "" => "(empty)",
        _ => value,
    };
}
