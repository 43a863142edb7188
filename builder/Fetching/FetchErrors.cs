namespace SharpBuild.Builder.Fetching;

/// <summary>Why files from outside cannot be had.</summary>
internal static class FetchErrors
{
    /// <summary>A server answered, but not with the file.</summary>
    public const string Refused = "SB4501";

    /// <summary>There was no connection.</summary>
    public const string Unreachable = "SB4502";

    /// <summary>The file did not arrive whole.</summary>
    public const string Incomplete = "SB4503";

    /// <summary>A file or commit is not what its checksum says.</summary>
    public const string WrongChecksum = "SB4504";

    /// <summary>There is no room for the file.</summary>
    public const string NoRoom = "SB4505";

    /// <summary>git is not installed.</summary>
    public const string NoGit = "SB4511";

    /// <summary>git failed.</summary>
    public const string GitFailed = "SB4512";

    /// <summary>The repository has no such branch, tag or commit.</summary>
    public const string NoRef = "SB4513";

    /// <summary>The commit has no such directory.</summary>
    public const string NoDirectory = "SB4514";

    /// <summary>The failure; whoever knows the step adds the place in the Dockerfile.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What failed on what.</param>
    /// <param name="hint">What would mend it.</param>
    /// <param name="inner">What caused it.</param>
    public static BuildException Create(string code, string message, string? hint = null, Exception? inner = null) => new(code, message, inner) { Hint = hint };
}
