using System.Runtime.InteropServices;

namespace SharpBuild.Linux;

/// <summary>The kernel refused a call. Only ever travels as an inner exception: callers say what it means for the user.</summary>
/// <param name="call">The name of the call, as in its manual page.</param>
/// <param name="errno">The error number.</param>
/// <param name="path">The path that the call was about, if any.</param>
public sealed class SyscallException(string call, int errno, string? path = null)
    : IOException($"{call}{(path is null ? "" : $" '{Shown(path)}'")}: {Marshal.GetPInvokeErrorMessage(errno)}")
{
    private const int LongestShown = 300;

    /// <summary>The kernel's reason alone, for a sentence that has named the path.</summary>
    public string Reason => Marshal.GetPInvokeErrorMessage(Errno);

    /// <summary>The name of the call, as in its manual page.</summary>
    public string Call { get; } = call;

    /// <summary>The error number, see <see cref="Linux.Errno"/>.</summary>
    public int Errno { get; } = errno;

    /// <summary>The path that the call was about, if any.</summary>
    public string? Path { get; } = path;

    // A hostile path may have thousands of characters.
    private static string Shown(string path) => path.Length <= LongestShown ? path : path[..LongestShown] + "…";
}
