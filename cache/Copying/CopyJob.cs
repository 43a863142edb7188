using Microsoft.Win32.SafeHandles;
using SharpBuild.Cache.Content;
using SharpBuild.Image.Layers;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Copying;

/// <summary>One COPY or ADD at work: the merge rules of spec section 2, items 1 to 28.</summary>
internal sealed partial class CopyJob(IFileTree source, CopyTarget target, CopyOptions options, CancellationToken cancellationToken)
{
    private const int ParentMode = 0b111_101_101;
    private readonly FileTime? time = options.Time?.ToKernelTime();
    private long bytes;
    private int files;
    private int sourceIndex;
    private string? changedPath;

    // Where a link leads elsewhere than it did, a file's place does not tell any more where in the source the earlier one came from.
    private EarlierCopy? earlier;

    public int Files => files;

    public long Bytes => bytes;

    public string? ChangedPath => changedPath;

    /// <summary>Copies all matches, one after the other: what a later one brings replaces what an earlier one brought.</summary>
    public void Copy(ResolvedSelection resolved)
    {
        foreach (var match in resolved.Matches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            sourceIndex = match.SourceIndex;
            try
            {
                Copy(match);
            }
            catch (SyscallException exception)
            {
                throw Failed($"\"/{match.Path}\"", exception);
            }
        }
    }

    /// <summary>Writes a file that comes from nowhere in the source.</summary>
    public void Write(InlineFile file)
    {
        try
        {
            var destination = PlaceFile(file.Name);
            using var directory = target.OpenDirectory(ScopedPath.Parent(destination));
            target.Clear(directory, destination, sourceIndex);
            var mode = options.ChangeMode?.Invoke(file.Mode, false) ?? file.Mode;
            var (uid, gid) = options.Owner ?? (0, 0);
            using var made = Create(directory, ScopedPath.Name(destination), mode);
            using (var content = file.Content())
            {
                var buffer = FileReader.Buffer;
                for (int count; (count = content.Read(buffer)) > 0;)
                {
                    FileTransfers.Write(made, buffer.AsSpan(0, count));
                }
            }

            Ownership.Give(made, mode, uid, gid, Ownership.IsInherited(directory));
            if ((time ?? file.Modified?.ToKernelTime()) is { } modified)
            {
                Inodes.SetTimes(made, modified);
            }
        }
        catch (SyscallException exception)
        {
            throw Failed($"\"{file.Name}\"", exception);
        }
    }

    private void Copy(SourceMatch match)
    {
        if (options.UnpackArchives && match.Node.Status.Kind == FileKind.Regular && TryUnpack(match))
        {
            return;
        }

        if (match.Node.Status.Kind == FileKind.Directory)
        {
            CopyTree(match);
            return;
        }

        var destination = PlaceFile(match.Name);
        using var from = SourceLookup.OpenDirectory(source.Root, ScopedPath.Parent(match.Path));
        using var into = target.OpenDirectory(ScopedPath.Parent(destination));
        target.Clear(into, destination, sourceIndex);
        using var before = earlier?.TryOpenDirectory(ScopedPath.Parent(destination));
        CopyNode(new(from, ScopedPath.Parent(match.Path), into, before, Ownership.IsInherited(into)), match.Node, ScopedPath.Name(destination));
    }

    // Links in the destination are followed within the target, the last one too; what is missing is made (spec 2.2, 2.10, 2.11).
    private string Place()
    {
        var given = options.Destination;
        var slash = given.LastIndexOf('/');
        var isDirectory = given[(slash + 1)..] is "" or ".";
        MakeParents(ScopedPath.Resolve(target, isDirectory ? given : given[..(slash + 1)]));
        var clean = ScopedPath.Clean(given);
        var place = ScopedPath.Resolve(target, clean);
        earlier = place == clean.Trim('/') ? options.Earlier : null;
        return place;
    }

    private string PlaceFile(string name)
    {
        var destination = Place();
        if (target.TryGetStatus(destination, out var status) && status.Kind == FileKind.Directory)
        {
            destination = ScopedPath.Join(destination, name);
        }

        MakeParents(ScopedPath.Parent(destination));
        return destination;
    }

    private void MakeParents(string path)
    {
        // Octal --chmod also counts for these, without set-id bits (spec 2.17).
        var mode = options is { ChangesModeOfParents: true, ChangeMode: { } change } ? change(ParentMode, true) & 0b111_111_111 : ParentMode;
        target.MakeDirectories(path, mode, options.Owner, time);
    }

    private bool TryUnpack(SourceMatch match)
    {
        using var from = SourceLookup.OpenDirectory(source.Root, ScopedPath.Parent(match.Path));
        using var stream = new FileStream(FileReader.Open(from, ScopedPath.Name(match.Path)), FileAccess.Read, bufferSize: 0);
        if (!ArchiveExtractor.IsArchive(stream, cancellationToken))
        {
            return false;
        }

        var destination = ScopedPath.Resolve(target, ScopedPath.Clean(options.Destination));
        target.MakeDirectories(destination, ParentMode, options.Owner, time);
        using var into = target.OpenDirectory(destination);
        ArchiveExtractor.Extract(stream, into, new() { Owner = options.Owner }, cancellationToken);
        Notice(stream.SafeFileHandle, match.Path, match.Node);
        Interlocked.Increment(ref files);
        Interlocked.Add(ref bytes, match.Node.Status.Size);
        if (options.ComputeDigest)
        {
            stream.Position = 0;
            match.Node.Digest = FileReader.Digest(stream.SafeFileHandle, match.Node.Status.Size);
        }

        return true;
    }

    // After the last byte was read. What the selection was keyed by is what the file held when it was looked at, perhaps an hour ago: one
    // system call a file is the price of noticing that it holds something else now.
    private void Notice(SafeFileHandle file, string path, SourceNode node)
    {
        if (source.MayChange && changedPath is null && FileStatuses.Get(file) is var now
            && (now.Changed != node.Status.Changed || now.Modified != node.Status.Modified || now.Size != node.Status.Size || now.Inode != node.Status.Inode))
        {
            Interlocked.CompareExchange(ref changedPath, path, null);
        }
    }

    private CopyException Failed(string what, SyscallException exception) =>
        new(CacheErrorCodes.CopyFailed, $"{what} cannot be copied to {options.Destination}: {exception.Message}", sourceIndex, exception)
        {
            Hint = exception.Errno switch
            {
                Errno.ENOSPC or Errno.EDQUOT => "free some disk space, for example with 'sharpbuild prune'",
                Errno.EINVAL when exception.Call is "fchownat" => "the owner is not one that this user namespace knows: give the user more ids in /etc/subuid and /etc/subgid, or use --chown",
                Errno.EPERM when exception.Call is "mknodat" => "device files can only be made by root on the host",
                _ => null,
            },
        };

    private static SafeFileHandle Create(SafeFileHandle directory, string name, int mode) => Descriptors.OpenAt(
        directory, name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, ResolveFlags.None, mode & 0b111_111_111);
}
