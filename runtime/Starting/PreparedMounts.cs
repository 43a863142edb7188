using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using SharpBuild.Linux;
using SharpBuild.Runtime.Planning;
using SharpBuild.Runtime.Roots;

namespace SharpBuild.Runtime.Starting;

/// <summary>Opens the sources of a sandbox's mounts and makes the places for them, before the new process exists.</summary>
internal sealed class PreparedMounts
{
    private static readonly string[] Usual = ["/proc", "/sys", "/dev"];

    private readonly SandboxSpec spec;
    private readonly MountPoints points;
    private readonly InMemoryFiles files;
    private readonly ResolvedUser user;
    private readonly bool isInUserNamespace;
    private readonly List<PlannedMount> planned = [];
    private readonly List<SafeFileHandle?> sources = [];

    private PreparedMounts(SandboxSpec spec, MountPoints points, InMemoryFiles files, ResolvedUser user, bool isInUserNamespace)
    {
        this.user = user;
        this.isInUserNamespace = isInUserNamespace;
        this.spec = spec;
        this.points = points;
        this.files = files;
    }

    /// <summary>Prepares all mounts of a specification, and the usual in-memory files.</summary>
    /// <remarks><paramref name="sources"/> receives the open sources by number, also when it fails half-way.</remarks>
    public static ImmutableArray<PlannedMount> Prepare(
        SandboxSpec spec, MountPoints points, InMemoryFiles files, ResolvedUser user, bool isInUserNamespace, string resolver, Action<SafeFileHandle?[]> sources)
    {
        var prepared = new PreparedMounts(spec, points, files, user, isInUserNamespace);
        try
        {
            prepared.PrepareAll(resolver);
            return [.. prepared.planned];
        }
        finally
        {
            sources([.. prepared.sources]);
        }
    }

    /// <summary>Whether a path lies in something that is mounted.</summary>
    public static bool IsNested(string path, IEnumerable<PlannedMount> mounts) =>
        Usual.Any(usual => IsBelow(path, usual)) || mounts.Any(mount => IsBelow(path, mount.Target));

    private static bool IsBelow(string path, string directory) =>
        path.Length > directory.Length && path[directory.Length] == '/' && path.StartsWith(directory, StringComparison.Ordinal);

    private void PrepareAll(string resolver)
    {
        foreach (var directory in Usual)
        {
            points.EnsureForGood(directory, 0, 0); // Docker leaves these in the layer
        }

        foreach (var mount in Ordered(resolver))
        {
            Prepare(mount);
        }
    }

    // By target, so that a directory comes before what lies in it; of equal targets the last one counts.
    private SortedDictionary<string, SandboxMount>.ValueCollection Ordered(string resolver)
    {
        var byTarget = new SortedDictionary<string, SandboxMount>(StringComparer.Ordinal)
        {
            ["/etc/hosts"] = Text("/etc/hosts", NameFiles.Hosts(spec.Hostname, spec.ExtraHosts)),
            ["/etc/resolv.conf"] = Text("/etc/resolv.conf", resolver),
        };
        foreach (var mount in spec.Mounts)
        {
            byTarget[Normalise(mount.Target)] = mount;
        }

        return byTarget.Values;
    }

    private static FileMount Text(string target, string text) =>
        new(System.Text.Encoding.UTF8.GetBytes(text), target, Mode: 0b110_100_100);

    private static string Normalise(string target)
    {
        var path = target.StartsWith('/') ? Path.GetFullPath(target).TrimEnd('/') : "";
        return path.Length > 0
            ? path
            : throw new SandboxException($"nothing can be mounted at '{target}'")
            {
                Code = SandboxException.BadSpecification,
                Hint = "give an absolute path other than /",
            };
    }

    private void Prepare(SandboxMount mount)
    {
        var target = Normalise(mount.Target);
        var file = AddFile(mount);
        var (source, isDirectory, staged) = mount switch
        {
            BindMount bind => Open(bind),
            DeviceMount device when file < 0 => Open(new BindMount(device.HostPath, device.Target)),
            _ => (null, mount is TmpfsMount, false),
        };
        sources.Add(source);
        var nested = IsNested(target, planned);
        if (!nested)
        {
            points.Ensure(target, isDirectory);
        }

        planned.Add(new(mount, target, isDirectory, nested, staged, file));
    }

    private int AddFile(SandboxMount mount)
    {
        switch (mount)
        {
            case FileMount content:
                return files.Add(content.Content.Span, content.Mode, content.Uid, content.Gid);
            case SocketMount socket:
                var number = files.Listen(out var listener, socket.Mode, socket.Uid, socket.Gid);
                socket.Listening(listener);
                return number;
            case DeviceMount device when !isInUserNamespace:
                return files.AddDevice(DeviceFile.Read(device) with { Uid = device.Uid ?? user.Uid, Gid = device.Gid ?? user.Gid });
            default:
                return -1;
        }
    }

    private static (SafeFileHandle Source, bool IsDirectory, bool MustBeStaged) Open(BindMount mount)
    {
        using var place = Locate(mount);
        var isDirectory = FileStatuses.Get(place).Kind == FileKind.Directory;
        if (DetachedMounts.TryCloneTree(place, "", mount.Recursive, out var errno) is { } tree)
        {
            return (tree, isDirectory, false);
        }

        // Linux before 6.15 clones nothing that is detached; the mount itself can be used, once, when it is meant whole.
        return errno == Errno.EINVAL && mount is { Source: { } source, SourcePath: "" }
            ? (Descriptors.Duplicate(source), isDirectory, true)
            : throw Refused(mount, new SyscallException("open_tree", errno, mount.SourcePath));
    }

    private static SafeFileHandle Locate(BindMount mount)
    {
        try
        {
            return mount.Source is { } source
                ? Descriptors.OpenAt(source, mount.SourcePath.TrimStart('/'), OpenFlags.PathOnly, ResolveFlags.InRoot | ResolveFlags.NoMagicLinks)
                : Descriptors.Open(mount.SourcePath, OpenFlags.PathOnly);
        }
        catch (SyscallException refusal)
        {
            throw Refused(mount, refusal);
        }
    }

    private static SandboxException Refused(BindMount mount, SyscallException inner) =>
        new($"'{mount.SourcePath}' cannot be mounted at '{mount.Target}': {inner.Message}", inner)
        {
            Code = inner.Errno == Errno.ENOENT ? SandboxException.BadSpecification : SandboxException.HostRefused,
        };
}
