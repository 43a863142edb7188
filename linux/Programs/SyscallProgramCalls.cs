using Microsoft.Win32.SafeHandles;

namespace SharpBuild.Linux.Programs;

/// <summary>The calls that programs are made of, with their structures and constants; each name says what it does, the manual page is in the call.</summary>
public static class SyscallProgramCalls
{
    private const long CurrentDirectory = Descriptors.CurrentDirectory;
    private const long EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const long Recursive = 0x8000; // AT_RECURSIVE
    private const long MoveFromDescriptor = 0x4; // MOVE_MOUNT_F_EMPTY_PATH
    private const long MoveToDescriptor = 0x40; // MOVE_MOUNT_T_EMPTY_PATH
    private const long CloneTreeFlags = 1 | 0x80000 | 0x100; // OPEN_TREE_CLONE, OPEN_TREE_CLOEXEC, AT_SYMLINK_NOFOLLOW

    extension(SyscallProgram program)
    {
        /// <summary>Opens a place to mount on: links are followed inside <paramref name="root"/>, magic links nowhere. Failures name <paramref name="subject"/>, else the path.</summary>
        public Operand OpenTarget(Operand root, string path, string? subject = null) =>
            program.OpenInside(root, path, (long)OpenFlags.PathOnly, subject);

        /// <summary>Opens a path inside a root.</summary>
        public Operand OpenInside(Operand root, string path, long flags, string? subject = null)
        {
            var how = program.Values<ulong>([(ulong)flags | (ulong)OpenFlags.CloseOnExec, 0, (ulong)(ResolveFlags.InRoot | ResolveFlags.NoMagicLinks)]);
            return program.Add(SyscallNumber.Openat2, subject ?? path, root, program.Text(Relative(path)), how, 24);
        }

        /// <summary>Starts the making of a file system and gives it its options; the result is its context.</summary>
        public Operand OpenFileSystem(string type, params ReadOnlySpan<(string Key, string? Value)> options)
        {
            var context = program.Add(SyscallNumber.Fsopen, type, program.Text(type), 1);
            foreach (var (key, value) in options)
            {
                _ = value is null
                    ? program.Add(SyscallNumber.Fsconfig, type, context, 0, program.Text(key))
                    : program.Add(SyscallNumber.Fsconfig, type, context, 1, program.Text(key), program.Text(value));
            }

            return context;
        }

        /// <summary>Makes the file system and a detached mount of it.</summary>
        public Operand CreateMount(Operand context, string type, MountAttributes attributes)
        {
            program.Add(SyscallNumber.Fsconfig, type, context, 6);
            return program.Add(SyscallNumber.Fsmount, type, context, 1, attributes);
        }

        /// <summary>Mounts a detached mount on an open file or directory.</summary>
        public void Attach(Operand mount, Operand target, string subject) =>
            program.Add(SyscallNumber.MoveMount, subject, mount, program.Text(""), target, program.Text(""), MoveFromDescriptor | MoveToDescriptor);

        /// <summary>Mounts a detached mount on a name in a directory whose content is ours.</summary>
        public void AttachAt(Operand mount, Operand directory, string name) =>
            program.Add(SyscallNumber.MoveMount, name, mount, program.Text(""), directory, program.Text(name), MoveFromDescriptor);

        /// <summary>Mounts a detached mount over the root directory, out of sight of whoever stands in the root already.</summary>
        public void Stage(Operand mount, string subject) => program.AttachAt(mount, CurrentDirectory, "/", subject);

        /// <summary>A second, detached mount of a path below a directory (or of the directory, when it is empty).</summary>
        public Operand CloneTree(Operand directory, string path, bool recursive, string subject) =>
            program.Add(
                SyscallNumber.OpenTree, subject, directory, program.Text(path),
                CloneTreeFlags | (recursive ? Recursive : 0) | (path.Length == 0 ? EmptyPath : 0));

        /// <summary>Adds attributes to a mount, and to those below it when <paramref name="recursive"/>.</summary>
        public void SetAttributes(Operand mount, MountAttributes attributes, bool recursive, string subject)
        {
            var change = program.Values<ulong>([(ulong)attributes, 0UL, 0UL, 0UL]);
            program.Add(SyscallNumber.MountSetattr, subject, mount, program.Text(""), EmptyPath | (recursive ? Recursive : 0), change, 32);
        }

        /// <summary>Keeps what is mounted from here on out of the namespace that this one was copied from.</summary>
        public void MakeMountsPrivate() =>
            program.Add(SyscallNumber.Mount, "/", 0, program.Text("/"), 0, 0x4000 | 0x40000); // MS_REC | MS_PRIVATE

        /// <summary>Makes an open directory the root, and lets go of the old one with everything that was staged on it.</summary>
        /// <param name="root">The root's mount, which was staged last.</param>
        /// <param name="staged">How many mounts were staged below it.</param>
        public void EnterRoot(Operand root, int staged)
        {
            program.Add(SyscallNumber.Fchdir, "the new root", root);
            var here = program.Text(".");
            program.Add(SyscallNumber.PivotRoot, "the new root", here, here);

            // The old root now lies on top of the new one, and the staged mounts on top of it: "." means the topmost.
            for (var count = 0; count <= staged; count++)
            {
                program.Add(SyscallNumber.Umount2, "the old root", here, 2); // MNT_DETACH
            }

            program.ChangeDirectory("/");
        }

        /// <summary>chdir(2).</summary>
        public void ChangeDirectory(string path) => program.Add(SyscallNumber.Chdir, path, program.Text(path));

        /// <summary>Makes a directory, unless there is something.</summary>
        public void EnsureDirectory(Operand directory, string name, int mode, string? subject = null)
        {
            program.Add(SyscallNumber.Mkdirat, subject ?? name, directory, program.Text(name), mode);
            program.Tolerate(Errno.EEXIST);
        }

        /// <summary>Makes an empty file, unless there is something.</summary>
        public void EnsureFile(Operand directory, string name, int mode, string? subject = null)
        {
            program.Add(SyscallNumber.Mknodat, subject ?? name, directory, program.Text(name), (long)FileKind.Regular | (long)mode);
            program.Tolerate(Errno.EEXIST);
        }

        /// <summary>Makes a symbolic link.</summary>
        public void MakeLink(Operand directory, string name, string target) =>
            program.Add(SyscallNumber.Symlinkat, name, program.Text(target), directory, program.Text(name));

        /// <summary>dup2(2).</summary>
        public void Duplicate(Operand handle, int number) => program.Add(SyscallNumber.Dup2, null, handle, number);

        /// <summary>prctl(2).</summary>
        public void Control(long option, Operand argument, Operand second = default, string? subject = null) =>
            program.Add(SyscallNumber.Prctl, subject, option, argument, second);

        /// <summary>Asks for a kill when the thread that started this process ends, which it may have done before.</summary>
        public void DieWithParent()
        {
            program.Control(1, 9, subject: "the parent's death"); // PR_SET_PDEATHSIG, SIGKILL
            program.Add(SyscallNumber.Write, "the parent's death", Operand.Report, program.Values<long>([0, 0]), 16);
        }

        /// <summary>Shuts other processes out of the memory and <c>/proc</c> directory of this one, until it executes.</summary>
        public void ForbidTracing() => program.Control(4, 0, subject: "tracing"); // PR_SET_DUMPABLE

        /// <summary>Restores what the kernel does by default to every signal: exec keeps those that are ignored.</summary>
        public void ResetSignals()
        {
            var reset = program.Values<ulong>([0UL, 0UL, 0UL, 0UL]);
            for (var signal = 1; signal <= 64; signal++)
            {
                if (signal is not (9 or 19)) // SIGKILL, SIGSTOP
                {
                    program.Add(SyscallNumber.RtSigaction, null, signal, reset, 0, 8);
                }
            }
        }

        /// <summary>Lets all signals in.</summary>
        public void UnblockSignals() => program.Add(SyscallNumber.RtSigprocmask, null, 2, program.Values<ulong>([0UL]), 0, 8);

        /// <summary>Closes every descriptor from <paramref name="first"/> on at once, but for the pipe of reports, which closes when the program executes.</summary>
        public void CloseAllBut(int first)
        {
            program.Add(SyscallNumber.CloseRange, null, first, Operand.BeforeReport);
            program.Tolerate(Errno.EINVAL); // there is no number before it
            program.Add(SyscallNumber.CloseRange, null, Operand.AfterReport, uint.MaxValue);
        }

        /// <summary>Closes every descriptor from <paramref name="first"/> on when the program executes.</summary>
        public void CloseAtExec(int first) => program.Add(SyscallNumber.CloseRange, null, first, uint.MaxValue, 4);

        /// <summary>Waits until one of the processes has ended, each named by its descriptor (pidfd).</summary>
        public void WaitForEnd(params ReadOnlySpan<SafeFileHandle> processes)
        {
            var requests = new long[processes.Length]; // struct pollfd: int fd, short events, short revents
            for (var index = 0; index < processes.Length; index++)
            {
                program.Keep(processes[index]);
                requests[index] = processes[index].DangerousGetHandle() | ((long)PollEvents.Readable << 32);
            }

            program.Add(SyscallNumber.Ppoll, null, program.Values<long>(requests), processes.Length);
        }

        /// <summary>execve(2).</summary>
        public void Execute(string path, Operand arguments, Operand environment) =>
            program.Add(SyscallNumber.Execve, path, program.Text(path), arguments, environment);

        private void AttachAt(Operand mount, Operand directory, string name, string subject) =>
            program.Add(SyscallNumber.MoveMount, subject, mount, program.Text(""), directory, program.Text(name), MoveFromDescriptor);
    }

    private static string Relative(string path) => path.TrimStart('/') is { Length: > 0 } rest ? rest : ".";
}
