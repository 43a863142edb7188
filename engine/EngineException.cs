namespace SharpBuild.Engine;

/// <summary>A container cannot be made, found or removed. Says which one, and what would mend it.</summary>
/// <param name="code">The stable code, see the constants.</param>
/// <param name="message">What failed on what, in one sentence.</param>
/// <param name="inner">What caused it.</param>
public sealed class EngineException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>There is no such container.</summary>
    public const string NoSuchContainer = "SB8001";

    /// <summary>The name is taken, or is none.</summary>
    public const string BadName = "SB8002";

    /// <summary>The container still runs.</summary>
    public const string StillRunning = "SB8003";

    /// <summary>What was asked of the container makes no sense: no command, two mounts at one place.</summary>
    public const string BadRequest = "SB8004";

    /// <summary>A volume or a directory to mount cannot be used.</summary>
    public const string BadMount = "SB8005";

    /// <summary>The image has more names, or a container uses it.</summary>
    public const string StillInUse = "SB8006";

    /// <summary>The stable code.</summary>
    public string Code { get; } = code;

    /// <summary>An imperative that would mend it.</summary>
    public string? Hint { get; init; }
}
