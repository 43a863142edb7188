namespace SharpBuild.Runtime;

/// <summary>How a sandbox ended.</summary>
/// <param name="Code">The exit code; 128 + the signal when one ended it.</param>
/// <param name="Signal">The signal that ended it, if one did.</param>
/// <param name="OutOfMemory">Whether the kernel killed something in it for want of memory (only known with a cgroup).</param>
public readonly record struct SandboxExit(int Code, int? Signal, bool OutOfMemory);
