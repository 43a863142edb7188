using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;
using SharpBuild.Runtime;

namespace SharpBuild.IntegrationTests.Sandboxes;

/// <summary>A root file system of one static busybox, and writable overlays over it.</summary>
public sealed class BusyboxRoot : IDisposable
{
    private const string Busybox = "/bin/busybox";

    private static readonly string[] Applets =
    [
        "sh", "true", "false", "cat", "echo", "ls", "id", "env", "pwd", "hostname", "mount", "grep", "sleep", "stat", "touch", "mkdir",
        "rm", "mknod", "head", "wc", "stty", "tty", "kill", "ps", "chmod", "dd", "ip", "readlink", "unshare", "seq", "cut", "nc",
    ];

    private int count;

    public BusyboxRoot()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("sharpbuild-sandboxes-").FullName;
        if (!IsAvailable)
        {
            return;
        }

        foreach (var name in (string[])["bin", "etc", "tmp", "root"])
        {
            System.IO.Directory.CreateDirectory(Path.Combine(Lower, name));
        }

        File.Copy(Busybox, Path.Combine(Lower, "bin/busybox"));
        foreach (var applet in Applets)
        {
            File.CreateSymbolicLink(Path.Combine(Lower, "bin", applet), "busybox");
        }

        File.WriteAllText(Path.Combine(Lower, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n");
        File.WriteAllText(Path.Combine(Lower, "etc/group"), "root:x:0:\nalice:x:1000:\nwheel:x:10:root,alice\n");
    }

    public static bool IsAvailable => File.Exists(Busybox);

    public static bool IsRoot => Environment.IsPrivilegedProcess;

    public string Directory { get; }

    public string Lower => Path.Combine(Directory, "lower");

    public static ImmutableArray<string> DefaultEnvironment => ["PATH=/usr/local/bin:/usr/bin:/bin"];

    /// <summary>A writable overlay; the upper directory is named upper-N.</summary>
    public (SafeFileHandle Root, string Upper) Overlay()
    {
        var number = Interlocked.Increment(ref count).ToString(CultureInfo.InvariantCulture);
        var upper = Path.Combine(Directory, "upper-" + number);
        var work = Path.Combine(Directory, "work-" + number);
        System.IO.Directory.CreateDirectory(upper);
        System.IO.Directory.CreateDirectory(work);
        return (DetachedMounts.Overlay(new([Lower], upper, work, HostCapabilities.Probe().InUserNamespace)), upper);
    }

    public static SandboxSpec Shell(SafeFileHandle root, string script) => new()
    {
        Root = root,
        Arguments = ["/bin/sh", "-c", script],
        Environment = DefaultEnvironment,
    };

    public void Dispose() => TreeRemover.Remove(Directory);
}
