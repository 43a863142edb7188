using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux;

/// <summary>Tells overlayfs its directories in the ways that kernels since 5.11 understand.</summary>
internal static class OverlayBuilder
{
    /// <summary>Names the lower directories one by one (kernel 6.7); false when the kernel does not know how.</summary>
    public static bool TryAppendLowers(FileSystemContext context, PathReferences references, OverlayOptions options)
    {
        for (var index = 0; index < options.LowerTopFirst.Length; index++)
        {
            var lower = references.Shorten(options.LowerTopFirst[index]);
            if (context.TrySet("lowerdir+", lower, out var errno))
            {
                continue;
            }

            return index == 0 && errno == Errno.EINVAL && !context.HasMessage
                ? false
                : throw context.Refusal("fsconfig", errno, options.LowerTopFirst[index]);
        }

        return true;
    }

    public static SafeFileHandle Complete(FileSystemContext context, PathReferences references, OverlayOptions options)
    {
        if (options.Upper is { } upper)
        {
            context.Set("upperdir", references.Shorten(upper));
            context.Set("workdir", references.Shorten(options.Work ?? ""));
            if (options.Volatile)
            {
                context.TrySetFlag("volatile");
            }
        }

        if (options.UserXattr)
        {
            context.SetFlag("userxattr");
        }

        // A layer must be readable without its lower layers: no redirects, no metadata-only copies, no index.
        // userxattr excludes the first two by itself, and a kernel built without one of them does not know its name.
        if (!options.UserXattr)
        {
            context.TrySet("redirect_dir", "off", out _);
            context.TrySet("metacopy", "off", out _);
        }

        context.TrySet("index", "off", out _);
        context.TrySet("source", "overlay", out _); // what df(1) shows
        return context.Create(MountAttributes.None);
    }

    /// <summary>
    /// Before kernel 6.7 all lower directories come in one string, and fsconfig(2) takes 255 bytes of it:
    /// paths are therefore given as the short names of descriptors, which also need no escaping.
    /// </summary>
    public static SafeFileHandle FromLowerString(PathReferences references, OverlayOptions options)
    {
        var joined = new StringBuilder();
        foreach (var lower in options.LowerTopFirst)
        {
            joined.Append(joined.Length == 0 ? "" : ":").Append(references.Reference(lower));
        }

        using var context = FileSystemContext.Open("overlay");
        if (joined.Length > FileSystemContext.MaximumValueLength)
        {
            throw new SyscallException("fsconfig", Errno.ERANGE, string.Create(
                CultureInfo.InvariantCulture, $"{options.LowerTopFirst.Length} layers, which need Linux 6.7 or later"));
        }

        context.Set("lowerdir", joined.ToString());
        return Complete(context, references, options);
    }
}

/// <summary>Stands in short names (<c>/proc/self/fd/N</c>) for paths that the kernel would find too long, while it lives.</summary>
internal sealed class PathReferences : IDisposable
{
    private readonly List<SafeFileHandle> handles = [];

    public string Shorten(string path) =>
        Encoding.UTF8.GetByteCount(path) > FileSystemContext.MaximumValueLength ? Reference(path) : path;

    public string Reference(string path)
    {
        var handle = Descriptors.Open(path, OpenFlags.PathOnly | OpenFlags.Directory);
        handles.Add(handle);
        return $"/proc/self/fd/{handle.DangerousGetHandle()}";
    }

    public void Dispose()
    {
        foreach (var handle in handles)
        {
            handle.Dispose();
        }
    }
}
