using SharpBuild.Linux;
using SharpBuild.Linux.Programs;

namespace SharpBuild.Runtime.Starting;

/// <summary>Says in words why a sandbox could not be started.</summary>
internal static class StartFailure
{
    private const int NotFound = 127;
    private const int NotExecutable = 126;
    private const int NoExecFormat = 8; // ENOEXEC

    /// <summary>The exception for a program that ended before its command was executed.</summary>
    /// <param name="failure">The call that failed.</param>
    /// <param name="command">The command as it was asked for.</param>
    /// <param name="all">All calls that failed, trying each of the command's paths among them.</param>
    public static SandboxException From(ProgramFailure failure, string command, IReadOnlyList<ProgramFailure> all)
    {
        var inner = new SyscallException(failure.Call, failure.Errno, failure.Subject);
        return failure.Call switch
        {
            "execve" => CannotExecute(failure, command, all, inner),
            "chdir" => new SandboxException($"the working directory '{failure.Subject}' cannot be entered: {inner.Reason}", inner)
            {
                Code = SandboxException.BadSpecification,
            },
            "openat2" or "mkdirat" or "mknodat" when failure.Subject is ['/', ..] => new SandboxException(
                $"there can be no '{failure.Subject}' in the container: {inner.Reason}", inner)
            {
                Code = SandboxException.BadSpecification,
                Hint = "choose another place; /proc, /sys and /dev are the kernel's, and links out of a container lead nowhere",
            },
            _ => new SandboxException($"the sandbox could not be set up: {inner.Message}", inner) { Hint = HintFor(failure) },
        };
    }

    private static SandboxException CannotExecute(ProgramFailure failure, string command, IReadOnlyList<ProgramFailure> all, SyscallException inner)
    {
        // Of all that was tried, "may not" says more than "is not there".
        var denied = all.Any(static tried => tried is { Call: "execve", Errno: Errno.EACCES });
        var isSearched = !command.Contains('/', StringComparison.Ordinal);
        var missing = !denied && failure.Errno is Errno.ENOENT or Errno.ENOTDIR;
        var reason = failure.Errno switch
        {
            _ when denied => "permission denied",
            _ when missing && isSearched => "executable file not found in $PATH",
            Errno.ENOENT => "no such file or directory",
            Errno.ENOTDIR => "not a directory",
            NoExecFormat => "exec format error",
            _ => inner.Message,
        };
        return new SandboxException($"exec: \"{command}\": {reason}", inner)
        {
            Code = SandboxException.CannotExecute,
            ExitCode = missing && !denied ? NotFound : NotExecutable,
            IsUnknownFormat = failure.Errno == NoExecFormat,
            Hint = failure.Errno == NoExecFormat ? "check whether it is for another processor, or a script without a #! line" : null,
        };
    }

    private static string? HintFor(ProgramFailure failure) => failure switch
    {
        { Call: "pivot_root", Errno: Errno.EINVAL } => "the host's root is an initramfs, which cannot be left; start from a real root file system",
        { Call: "prlimit64" } => "raise the limit of the process that runs sharpbuild, or ask for less",
        { Errno: Errno.EPERM } => "run as root, or as an ordinary user on a host that allows user namespaces; in a container, run it privileged",
        { Errno: Errno.ENOSYS } => "Linux 5.12 or later is needed",
        _ => null,
    };
}
