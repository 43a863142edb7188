using System.Collections.Immutable;
using System.Globalization;
using SharpBuild.Builder.Execution;
using SharpBuild.Cache;
using SharpBuild.Cache.Content;
using SharpBuild.Cache.Copying;
using SharpBuild.Linux;
using Xunit;

namespace SharpBuild.IntegrationTests;

/// <summary>A store, a context and a stage to copy into, with a listing of the result that shows all that COPY decides.</summary>
internal sealed class ScratchTree : IDisposable
{
    public ScratchTree()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "overlayfs and chown need root");
        Directory = System.IO.Directory.CreateTempSubdirectory("sharpbuild-copy-").FullName;
        System.IO.Directory.CreateDirectory(Context);
        System.IO.Directory.CreateDirectory(Base);
        Store = Store.Open(new StoreOptions(Path.Join(Directory, "store"), InUserNamespace: false, TimeProvider.System));
    }

    public string Directory { get; }

    public Store Store { get; }

    public string Context => Path.Join(Directory, "context");

    /// <summary>Where a test lays out what the destination holds before.</summary>
    public string Base => Path.Join(Directory, "base");

    public void Shell(string script)
    {
        // bash of the host, for laying out files the way a person would.
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/bash", ["-euc", "umask 022; " + script]) { WorkingDirectory = Directory })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Makes a layer of what lies in <see cref="Base"/>.</summary>
    public LayerId CommitBase()
    {
        using var draft = Store.Layers.Create([]);
        Shell($"cp -a base/. '{draft.UpperPath}/'");
        return Store.Layers.Commit(draft).Id;
    }

    public CopyResult Copy(LayerDraft draft, string destination, ImmutableArray<string> sources, Func<CopyOptions, CopyOptions>? options = null, Func<CopySelection, CopySelection>? selection = null)
    {
        using var context = ContextSource.Open(Store.Contexts, Context, (_, _) => PathVerdict.Include);
        return TreeCopier.Copy(
            context,
            selection is null ? Select(sources) : selection(Select(sources)),
            draft,
            options is null ? new() { Destination = destination } : options(new() { Destination = destination }),
            TestContext.Current.CancellationToken);
    }

    private static CopySelection Select(ImmutableArray<string> sources) => new() { Sources = sources, Patterns = SourcePatterns.Instance };

    /// <summary>Copies onto the base and lists what can be seen then.</summary>
    public string CopyAndList(string destination, ImmutableArray<string> sources, Func<CopyOptions, CopyOptions>? options = null, Func<CopySelection, CopySelection>? selection = null)
    {
        var below = CommitBase();
        using var draft = Store.Layers.Create([below]);
        Copy(draft, destination, sources, options, selection);
        return List([below, Store.Layers.Commit(draft).Id]);
    }

    /// <summary>One line a file: mode, owner, path, link target or content; the seconds of times before 2021.</summary>
    public string List(ImmutableArray<LayerId> layers)
    {
        // A mount's own descriptor is O_PATH: it leads to names, but cannot be read itself.
        using var mount = Store.Layers.OpenMerged(layers);
        using var root = Descriptors.OpenAt(mount, ".", OpenFlags.ReadOnly | OpenFlags.Directory, ResolveFlags.None);
        var lines = new List<string>();
        List(root, "", lines);
        return string.Join('\n', lines);
    }

    public void Dispose()
    {
        Store.Dispose();
        TreeRemover.Remove(Directory);
    }

    private static void List(Microsoft.Win32.SafeHandles.SafeFileHandle directory, string prefix, List<string> lines)
    {
        var entries = DirectoryReader.Read(directory);
        entries.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        foreach (var entry in entries)
        {
            var status = FileStatuses.Get(directory, entry.Name);
            var path = prefix + entry.Name;
            var time = status.Modified.Seconds < 1_600_000_000 ? $" @{DateTimeOffset.FromUnixTimeSeconds(status.Modified.Seconds):yyyy}" : "";
            var detail = status.Kind switch
            {
                FileKind.SymbolicLink => " -> " + Inodes.ReadLink(directory, entry.Name),
                FileKind.Regular => " = " + Read(directory, entry.Name, status.Size),
                FileKind.Directory => "/",
                var kind => " " + kind,
            };
            var mode = status.Kind == FileKind.SymbolicLink ? "link" : Convert.ToString(status.Permissions, 8).PadLeft(4, '0');
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{mode} {status.Uid}:{status.Gid} {path}{detail}{time}"));
            if (status.Kind == FileKind.Directory)
            {
                using var child = Descriptors.OpenAt(directory, entry.Name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, ResolveFlags.None);
                List(child, path + "/", lines);
            }
        }
    }

    private static string Read(Microsoft.Win32.SafeHandles.SafeFileHandle directory, string name, long size)
    {
        using var file = Descriptors.OpenAt(directory, name, OpenFlags.ReadOnly | OpenFlags.NoFollow, ResolveFlags.None);
        var content = new byte[Math.Min(size, 64)];
        FileTransfers.Read(file, content);
        return System.Text.Encoding.UTF8.GetString(content).Trim();
    }
}
