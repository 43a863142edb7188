using System.Collections.Immutable;

namespace SharpBuild.Parser.Ignoring;

/// <summary>The patterns of a <c>.dockerignore</c>, or of <c>--exclude</c>. Thread-safe.</summary>
/// <remarks>
/// The last pattern that matches a path decides. A pattern that matches a directory covers all below it. To know that, the
/// answer for a path is made from the answer for its parent, which is remembered: a walk asks about siblings in a row.
/// What lies below an ignored directory that a walk does not enter is ignored, even if an exception matches it.
/// </remarks>
public sealed class IgnoreFile
{
    private readonly ImmutableArray<IgnorePattern> patterns;
    private readonly bool entersAll;
    private Verdict? lastParent;

    private IgnoreFile(ImmutableArray<IgnorePattern> patterns, bool isFile)
    {
        this.patterns = patterns;
        HasExceptions = patterns.Any(static p => p.IsException);

        // BuildKit walks a context with fsutil's filter, which leaves out directories that no exception names;
        // its copy, which applies --exclude, enters every directory once there is an exception.
        entersAll = HasExceptions && (!isFile || patterns.Any(static p => p.IsException && p.MayMatchAnywhere));
    }

    /// <summary>Ignores nothing.</summary>
    public static IgnoreFile None { get; } = new([], isFile: true);

    /// <summary>Whether a pattern begins with <c>!</c>.</summary>
    public bool HasExceptions { get; }

    /// <summary>Whether there is no pattern.</summary>
    public bool IsEmpty => patterns.IsEmpty;

    /// <summary>The patterns as they are applied: cleaned, <c>!</c> in front of exceptions.</summary>
    public ImmutableArray<string> Patterns => [.. patterns.Select(static p => p.IsException ? "!" + p.Text : p.Text)];

    /// <summary>Reads the text of an ignore file.</summary>
    /// <param name="text">The text; <c>#</c> in the first column begins a comment.</param>
    /// <exception cref="DockerfileException">A pattern is malformed.</exception>
    public static IgnoreFile Parse(string text) => Parse(new SourceText(".dockerignore", text));

    /// <summary>Reads an ignore file.</summary>
    /// <param name="source">The file.</param>
    /// <exception cref="DockerfileException">Patterns are malformed; it carries all of them.</exception>
    public static IgnoreFile Parse(SourceText source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var diagnostics = new Diagnostics();
        var found = ImmutableArray.CreateBuilder<IgnorePattern>();
        for (var number = 1; number <= source.LineCount; number++)
        {
            var line = source.GetLine(number);
            if (!line.StartsWith('#') && Read(line.ToString(), source.GetLineStart(number), diagnostics) is { } pattern)
            {
                found.Add(pattern);
            }
        }

        return diagnostics.ErrorCount == 0
            ? found.Count == 0 ? None : new(found.ToImmutable(), isFile: true)
            : throw new DockerfileException(source, diagnostics.Errors);
    }

    /// <summary>Takes patterns one by one, as of <c>--exclude</c>.</summary>
    /// <exception cref="PatternSyntaxException">A pattern is malformed.</exception>
    public static IgnoreFile FromPatterns(IEnumerable<string> patterns)
    {
        ImmutableArray<IgnorePattern> found = [.. patterns.Select(IgnorePattern.Parse).OfType<IgnorePattern>()];
        return found.IsEmpty ? None : new(found, isFile: false);
    }

    /// <summary>Whether a path is ignored.</summary>
    /// <param name="path">The path below the root, slashes between, none at its start or end.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    public bool IsIgnored(string path, bool isDirectory)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (patterns.IsEmpty || path is "" or ".")
        {
            return false;
        }

        var parent = ParentOf(path);
        if (!isDirectory)
        {
            return IsIgnored(path, parent, []);
        }

        var verdict = Judge(path, parent);
        lastParent = verdict;
        return verdict.IsIgnored;
    }

    /// <summary>Whether something below an ignored directory may be taken back in; when not, a walk need not enter it.</summary>
    /// <param name="ignoredDirectory">A directory that is ignored.</param>
    public bool MayContainIncluded(string ignoredDirectory)
    {
        if (entersAll || !HasExceptions)
        {
            return entersAll;
        }

        foreach (var pattern in patterns)
        {
            if (pattern.IsException && pattern.MayMatchBelow(ignoredDirectory))
            {
                return true;
            }
        }

        return false;
    }

    private static IgnorePattern? Read(string line, int start, Diagnostics diagnostics)
    {
        try
        {
            return IgnorePattern.ParseLine(line);
        }
        catch (PatternSyntaxException problem)
        {
            diagnostics.Error(
                DiagnosticCodes.InvalidPattern, new(start, start + line.Length), problem.Message, "Escape a character that means itself with a backslash.");
            return null;
        }
    }

    private Verdict? ParentOf(string path)
    {
        var slash = path.LastIndexOf('/');
        if (slash < 0)
        {
            return null;
        }

        // Another thread may put its own parent here at any time: read once, and never trust it unseen.
        var remembered = lastParent;
        if (remembered is not null && path.AsSpan(0, slash).SequenceEqual(remembered.Path))
        {
            return remembered;
        }

        // From the top down, or from the remembered one where it lies above: a path may have thousands of parts.
        var known = remembered is not null && path.StartsWith(remembered.Path + "/", StringComparison.Ordinal) ? remembered : null;
        for (var end = known?.Path.Length ?? 0; end < slash;)
        {
            end = path.IndexOf('/', end + 1);
            known = Judge(path[..end], known);
        }

        lastParent = known;
        return known;
    }

    private Verdict Judge(string path, Verdict? parent)
    {
        var matched = new bool[patterns.Length];
        var isIgnored = IsIgnored(path, parent, matched);
        return new(path, matched, isIgnored, parent is { IsClosed: true } || (isIgnored && !MayContainIncluded(path)));
    }

    // A pattern that cannot change the answer so far is not tried, and so does not count as matched for what is below:
    // moby's patternmatcher does it this way, and it can be seen from outside. Nothing is below a file: it needs no list.
    private bool IsIgnored(string path, Verdict? parent, Span<bool> matched)
    {
        if (parent is { IsClosed: true })
        {
            return true;
        }

        var isIgnored = false;
        for (var i = 0; i < patterns.Length; i++)
        {
            var pattern = patterns[i];
            var isMatched = (parent is not null && parent.Matched[i]) || (pattern.IsException == isIgnored && pattern.Matches(path));
            if (!matched.IsEmpty)
            {
                matched[i] = isMatched;
            }

            isIgnored = isMatched ? !pattern.IsException : isIgnored;
        }

        return isIgnored;
    }

    private sealed record Verdict(string Path, bool[] Matched, bool IsIgnored, bool IsClosed);
}
