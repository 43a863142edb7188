using System.Collections.Immutable;
using SharpBuild.Cache.Copying;
using SharpBuild.Linux;

namespace SharpBuild.Cache.Content;

/// <summary>Finds what the sources of a COPY name: patterns, links, <c>--parents</c>, ignore file and <c>--exclude</c> (spec 2.1 to 2.9, 2.26, 2.27).</summary>
internal sealed class SelectionResolver
{
    private readonly IFileTree tree;
    private readonly CopySelection selection;
    private readonly SourceLookup lookup;
    private readonly IPathPatterns patterns;
    private readonly CancellationToken cancellationToken;
    private readonly ImmutableArray<SourceMatch>.Builder matches = ImmutableArray.CreateBuilder<SourceMatch>();

    private SelectionResolver(IFileTree tree, CopySelection selection, CancellationToken cancellationToken)
    {
        (this.tree, this.selection, this.cancellationToken) = (tree, selection, cancellationToken);
        lookup = new SourceLookup(tree.Root);
        patterns = selection.PatternsOrPaths;
    }

    /// <summary>Looks for the files; reads none.</summary>
    /// <exception cref="CopyException">A source that is no pattern does not exist.</exception>
    public static ResolvedSelection Resolve(IFileTree tree, CopySelection selection, CancellationToken cancellationToken)
    {
        var resolver = new SelectionResolver(tree, selection, cancellationToken);
        for (var i = 0; i < selection.Sources.Length; i++)
        {
            try
            {
                resolver.Add(selection.Sources[i], i);
            }
            catch (SyscallException exception)
            {
                throw new CopyException(CacheErrorCodes.CopyFailed, $"\"/{ScopedPath.Clean(selection.Sources[i])}\" cannot be read: {exception.Message}", i, exception)
                {
                    Hint = exception.Errno == Errno.ENAMETOOLONG ? "no path may have more than 4,095 bytes: leave directories that are nested so deeply out with .dockerignore" : null,
                };
            }
        }

        return new(selection, resolver.matches.ToImmutable());
    }

    private void Add(string source, int index)
    {
        if (patterns.TryParse(source, allowsDoubleStar: false) is null)
        {
            throw Malformed(source, index);
        }

        if (selection.Parents)
        {
            AddWithParents(source, index);
            return;
        }

        foreach (var path in Expand(ScopedPath.Clean(source), index))
        {
            AddMatch(path, index, Filters(null));
        }
    }

    // The pattern selects below the pivot, and what is above it in the pattern is kept as directories.
    private void AddWithParents(string source, int index)
    {
        var pivot = source.IndexOf("/./", StringComparison.Ordinal);
        var (top, pattern) = pivot < 0 ? ("", ScopedPath.Clean(source)) : (ScopedPath.Clean(source[..pivot]), ScopedPath.Clean(source[(pivot + 3)..]));
        if (!patterns.IsPattern(top) && !patterns.IsPattern(pattern))
        {
            var whole = ScopedPath.Join(top, pattern);
            ThrowIfMissing(whole, index);
            ThrowIfBehindLink(whole, index);
        }

        foreach (var path in Expand(top, index))
        {
            AddMatch(path, index, Filters(pattern.Length == 0 ? null : Parse(pattern, allowsDoubleStar: true, index)));
        }
    }

    private Func<string, bool, PathVerdict>[] Filters(IPathPattern? pattern) => (pattern, selection.Exclude) switch
    {
        (null, null) => [],
        (null, { } exclude) => [exclude],
        ({ } kept, null) => [(path, isDirectory) => JudgeParents(kept, path, isDirectory)],
        ({ } kept, { } exclude) => [(path, isDirectory) => JudgeParents(kept, path, isDirectory), exclude],
    };

    // What is below a match matches, too.
    private static PathVerdict JudgeParents(IPathPattern pattern, string path, bool isDirectory) =>
        pattern.Covers(path) ? PathVerdict.Include
        : isDirectory && pattern.MayMatchBelow(path) ? PathVerdict.SkipButDescend
        : PathVerdict.Skip;

    private void AddMatch(string path, int index, Func<string, bool, PathVerdict>[] filters)
    {
        var resolved = selection.KeepNamedLinks ? ScopedPath.Join(ScopedPath.Resolve(lookup, ScopedPath.Parent(path)), ScopedPath.Name(path)) : ScopedPath.Resolve(lookup, path);
        if (!lookup.TryGetStatus(resolved, out var status))
        {
            throw Missing(path, index, null);
        }

        var isDirectory = status.Kind == FileKind.Directory;
        var verdict = resolved.Length == 0 ? PathVerdict.Include : tree.Judge(resolved, isDirectory);
        var walker = new TreeWalker(tree, filters);
        using var parent = SourceLookup.OpenDirectory(tree.Root, ScopedPath.Parent(resolved));
        var node = walker.Describe(parent, ScopedPath.Name(resolved), status, isOnTheWay: false);
        if (isDirectory && verdict != PathVerdict.Skip)
        {
            walker.Walk(node, resolved, cancellationToken);
        }

        if (verdict == PathVerdict.Skip || (verdict == PathVerdict.SkipButDescend && node.Children.Count == 0))
        {
            throw Missing(path, index, "an ignore file leaves it out of the context: add a line with '!' and its path, or remove the line that matches it");
        }

        matches.Add(new(index, ScopedPath.Name(path), resolved, node));
    }

    // Level by level: "*" never crosses a slash, so a pattern of three elements can only match three levels deep.
    private List<string> Expand(string source, int index)
    {
        if (!patterns.IsPattern(source))
        {
            return [source];
        }

        var parts = source.Split('/');
        var first = Array.FindIndex(parts, part => patterns.IsPattern(part));
        var top = string.Join('/', parts[..first]);
        ThrowIfMissing(top, index);
        var found = new List<string> { ScopedPath.Resolve(lookup, top) };
        for (var i = first; i < parts.Length && found.Count > 0; i++)
        {
            found = ExpandLevel(found, Parse(parts[i], allowsDoubleStar: false, index), isLast: i == parts.Length - 1);
        }

        return found;
    }

    private List<string> ExpandLevel(List<string> directories, IPathPattern pattern, bool isLast)
    {
        var found = new List<string>();
        foreach (var directory in directories)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var handle = Descriptors.TryOpenAt(tree.Root, directory, SourceLookup.DirectoryFlags, ResolveFlags.Beneath | ResolveFlags.NoSymlinks, 0, out _);
            if (handle is null)
            {
                continue;
            }

            var entries = DirectoryReader.Read(handle);
            entries.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
            foreach (var entry in entries)
            {
                var path = ScopedPath.Join(directory, entry.Name);
                if (pattern.Matches(entry.Name) && IsThere(path, entry.Kind, isLast))
                {
                    found.Add(path);
                }
            }
        }

        return found;
    }

    private bool IsThere(string path, FileKind kind, bool isLast)
    {
        if (kind == FileKind.Unknown && lookup.TryGetStatus(path, out var status))
        {
            kind = status.Kind;
        }

        // Links are not followed between the elements of a pattern; only the last one is dereferenced.
        return (isLast || kind == FileKind.Directory) && tree.Judge(path, kind == FileKind.Directory) is var verdict
            && (verdict == PathVerdict.Include || (verdict == PathVerdict.SkipButDescend && kind == FileKind.Directory && (!isLast || HoldsSomething(path))));
    }

    private bool HoldsSomething(string path)
    {
        var probe = new SourceNode("", default);
        new TreeWalker(tree).Walk(probe, path, cancellationToken);
        return probe.Children.Count > 0;
    }

    private void ThrowIfMissing(string path, int index)
    {
        var resolved = ScopedPath.Resolve(lookup, path);
        if (!lookup.TryGetStatus(resolved, out var status) || (resolved.Length > 0 && tree.Judge(resolved, status.Kind == FileKind.Directory) == PathVerdict.Skip))
        {
            throw Missing(path, index, null);
        }
    }

    // What --parents selects it finds by walking, and a walk does not go through links.
    private void ThrowIfBehindLink(string path, int index)
    {
        var directory = ScopedPath.Parent(path);
        if (ScopedPath.Resolve(lookup, directory) != directory)
        {
            throw Missing(path, index, "with --parents no directory on the way to a source may be a symbolic link");
        }
    }

    private IPathPattern Parse(string pattern, bool allowsDoubleStar, int index) =>
        patterns.TryParse(pattern, allowsDoubleStar) ?? throw Malformed(pattern, index);

    private static CopyException Malformed(string source, int index) =>
        new(CacheErrorCodes.BadPattern, $"\"{source}\" is not a pattern: a [ is not closed, or a backslash escapes nothing", index)
        {
            Hint = "write [[] for a bracket that stands for itself",
        };

    private static CopyException Missing(string path, int index, string? hint) =>
        new(CacheErrorCodes.SourceNotFound, $"\"/{path}\": not found", index)
        {
            Hint = hint ?? "check the path: it is relative to the root of the build context, or of the stage or image named by --from",
        };
}
