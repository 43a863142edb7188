using System.Globalization;
using SharpBuild.Linux;
using SharpBuild.Linux.Programs;
using SharpBuild.Runtime.Planning;

namespace SharpBuild.Runtime.Starting;

/// <content>What is mounted, all by descriptor.</content>
internal sealed partial class ProgramWriter
{
    private static MountAttributes ReadOnlyIf(bool condition) => condition ? MountAttributes.ReadOnly : MountAttributes.None;

    private void Stage(Operand mount, string subject)
    {
        program.Stage(mount, subject);
        staged++;
    }

    private void StageEmptyDirectory()
    {
        var context = program.OpenFileSystem("tmpfs", ("mode", "755"), ("nr_blocks", "1"), ("nr_inodes", "1"));
        emptyDirectory = program.CreateMount(context, "tmpfs", Inert | MountAttributes.ReadOnly);
        Stage(emptyDirectory, "the mask of directories");
    }

    private void StageMountSource(int mount)
    {
        Stage(descriptors.Mounts[mount]!, "a mount's source");
        stagedSources.Add(mount);
    }

    private void WriteRoot(AttachRoot root)
    {
        program.SetAttributes(Root, (root.AllowsDevices ? MountAttributes.None : MountAttributes.NoDevices) | ReadOnlyIf(root.ReadOnly), recursive: false, "the root");
        program.Stage(Root, "the root");
    }

    private void WriteEnterRoot()
    {
        program.EnterRoot(Root, staged);
        hasEntered = true;
    }

    // A fresh file system, or what the host has, with what is masked there.
    private Operand Mount(string type, string target, bool bindHost, MountAttributes attributes, string hostPath)
    {
        Operand mount;
        if (bindHost)
        {
            mount = program.CloneTree(CurrentDirectory, hostPath, recursive: true, hostPath);
            program.SetAttributes(mount, attributes, recursive: true, hostPath);
        }
        else
        {
            mount = program.CreateMount(program.OpenFileSystem(type), type, attributes);
        }

        program.Attach(mount, program.OpenTarget(Root, target), target);
        return mount;
    }

    private void WriteCgroups(MountCgroups mount)
    {
        var cgroups = program.CreateMount(program.OpenFileSystem("cgroup2"), "cgroup2", Inert | ReadOnlyIf(mount.ReadOnly));
        program.AttachAt(cgroups, sys, "fs/cgroup");
    }

    private void WriteDev()
    {
        var context = program.OpenFileSystem("tmpfs", ("mode", "755"), ("size", "64m"));
        dev = program.CreateMount(context, "tmpfs", MountAttributes.NoSetId | MountAttributes.NoDevices | MountAttributes.StrictAccessTime);
        program.Attach(dev, program.OpenTarget(Root, "/dev"), "/dev");
        program.EnsureDirectory(dev, "pts", DirectoryMode);
    }

    private void WriteDevice(AttachDevice device)
    {
        var name = device.File.ToString(CultureInfo.InvariantCulture);
        AttachDevice(program.CloneTree(descriptors.Files!, name, recursive: false, device.Name), device.Name, MountAttributes.None);
    }

    private void WriteDevice(BindDevice device)
    {
        var source = $"/dev/{device.Name}";
        var start = program.Count;
        AttachDevice(program.CloneTree(CurrentDirectory, source, recursive: false, source), device.Name, MountAttributes.ReadOnly);
        if (device.Optional)
        {
            program.SkipFrom(start, Errno.ENOENT);
        }
    }

    private void AttachDevice(Operand tree, string name, MountAttributes attributes)
    {
        if (name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash)
        {
            program.EnsureDirectory(dev, name[..slash], DirectoryMode);
        }

        program.SetAttributes(tree, attributes | MountAttributes.NoSetId | MountAttributes.NoExecute, recursive: false, name);
        program.EnsureFile(dev, name, ReadOnlyMode);
        program.AttachAt(tree, dev, name);
    }

    private void WriteTerminals(MountTerminals mount)
    {
        if (mount.Prepared)
        {
            program.AttachAt(descriptors.Terminals!, dev, "pts");
            return;
        }

        var context = mount.Group is { } group
            ? program.OpenFileSystem(
                "devpts", ("ptmxmode", "0666"), ("mode", "0620"), ("gid", group.ToString(CultureInfo.InvariantCulture)))
            : program.OpenFileSystem("devpts", ("ptmxmode", "0666"), ("mode", "0620"));
        program.AttachAt(program.CreateMount(context, "devpts", MountAttributes.NoSetId | MountAttributes.NoExecute), dev, "pts");
    }

    private void WriteConsole()
    {
        program.EnsureFile(dev, "console", ReadOnlyMode);
        program.AttachAt(program.CloneTree(descriptors.TerminalPeer!, "", recursive: false, "the terminal"), dev, "console");
    }

    private void WriteSharedMemory(long size) =>
        MountInDev("tmpfs", "shm", DirectoryMode, Inert, ("mode", "1777"), ("size", size.ToString(CultureInfo.InvariantCulture)));

    private void MountInDev(string type, string name, int mode, MountAttributes attributes, params ReadOnlySpan<(string Key, string? Value)> options)
    {
        program.EnsureDirectory(dev, name, mode);
        program.AttachAt(program.CreateMount(program.OpenFileSystem(type, options), type, attributes), dev, name);
    }

    // Component by component, each opened inside the root: a link in what was mounted cannot lead out.
    private void WriteEnsure(EnsureTarget target)
    {
        var names = target.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var index = 0; index < names.Length; index++)
        {
            var parent = program.OpenTarget(Root, string.Join('/', names[..index]), target.Path);
            if (index < names.Length - 1 || target.IsDirectory)
            {
                program.EnsureDirectory(parent, names[index], DirectoryMode, target.Path);
            }
            else
            {
                program.EnsureFile(parent, names[index], 0b110_100_100, target.Path);
            }
        }
    }

    private void WriteFile(AttachFile file)
    {
        var name = file.File.ToString(CultureInfo.InvariantCulture);
        var tree = program.CloneTree(descriptors.Files!, name, recursive: false, file.Target);
        var attributes = file switch
        {
            { IsExecutable: true } => MountAttributes.NoSetId | MountAttributes.NoDevices,
            { IsDevice: true } => MountAttributes.NoSetId | MountAttributes.NoExecute,
            _ => Inert,
        };
        program.SetAttributes(tree, attributes | ReadOnlyIf(file.ReadOnly), recursive: false, file.Target);
        program.Attach(tree, program.OpenTarget(Root, file.Target), file.Target);
    }

    private void WriteMount(AttachMount mount)
    {
        Operand tree = descriptors.Mounts[mount.Mount]!;
        if (stagedSources.Contains(mount.Mount))
        {
            // The root was attached on top of it, so it cannot move below that any more; a second mount of it can.
            tree = program.CloneTree(tree, "", mount.Recursive, mount.Target);
        }

        var attributes = (mount.IsDevice ? MountAttributes.None : MountAttributes.NoDevices)
            | (mount.NoSetId ? MountAttributes.NoSetId : MountAttributes.None)
            | (mount.NoExecute ? MountAttributes.NoExecute : MountAttributes.None);
        program.SetAttributes(tree, attributes | ReadOnlyIf(mount.ReadOnly), mount.Recursive, mount.Target);
        program.Attach(tree, program.OpenTarget(Root, mount.Target), mount.Target);
    }

    private void WriteTmpfs(AttachTmpfs mount)
    {
        var mode = Convert.ToString(mount.Mode, 8);
        var context = mount.Size is { } size
            ? program.OpenFileSystem("tmpfs", ("mode", mode), ("size", size.ToString(CultureInfo.InvariantCulture)))
            : program.OpenFileSystem("tmpfs", ("mode", mode));
        var tmpfs = program.CreateMount(context, "tmpfs", MountAttributes.NoSetId | MountAttributes.NoDevices);
        program.Attach(tmpfs, program.OpenTarget(Root, mount.Target), mount.Target);
    }

    // All through the descriptor of the /proc that we mounted: nothing that the image put there can stand in for it.
    private void WriteProtection(ProtectProc protect)
    {
        foreach (var name in protect.Names)
        {
            var start = program.Count;
            var tree = program.CloneTree(proc, name, recursive: true, name);
            program.SetAttributes(tree, Inert | MountAttributes.ReadOnly, recursive: true, name);
            program.AttachAt(tree, proc, name);
            program.SkipFrom(start, Errno.ENOENT);
        }
    }

    private void WriteMasks(MaskPaths mask)
    {
        WriteMasks(mask.ProcDirectories, proc, emptyDirectory, "");
        WriteMasks(mask.ProcFiles, proc, dev, "null");
        WriteMasks(mask.SysDirectories, sys, emptyDirectory, "");
    }

    private void WriteMasks(IEnumerable<string> names, Operand directory, Operand source, string sourceName)
    {
        foreach (var name in names)
        {
            var tree = program.CloneTree(source, sourceName, recursive: false, name);
            program.SetAttributes(tree, MountAttributes.ReadOnly, recursive: false, name); // it may be the same file as /dev/null
            program.AttachAt(tree, directory, name);
            program.Tolerate(Errno.ENOENT); // not every kernel has them all
        }
    }
}
