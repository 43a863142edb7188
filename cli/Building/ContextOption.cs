using System.Collections.Immutable;
using SharpBuild.Cli.Arguments;
using SharpBuild.Parser.Sources;

namespace SharpBuild.Cli.Building;

/// <summary>The context, <c>--file</c> and <c>--build-context</c>: paths become absolute, everything else stays as it was written.</summary>
internal static class ContextOption
{
    /// <summary>Standard input.</summary>
    public const string Input = "-";

    private const string ImagePrefix = "docker-image://";
    private const string LayoutPrefix = "oci-layout://";

    /// <summary>Reads CONTEXT. A directory wins over a repository of the same spelling (<c>github.com/a/b</c>).</summary>
    /// <exception cref="UsageException">There is no such thing.</exception>
    public static string ReadMain(string text)
    {
        var path = Path.GetFullPath(text);
        if (text == Input || (!Directory.Exists(path) && FindRemote(text) is not null))
        {
            return text;
        }

        return Directory.Exists(path) ? path
            : throw new UsageException(
                File.Exists(path) ? $"the context '{text}' is a file, not a directory"
                : text.Contains("://", StringComparison.Ordinal) ? $"'{UrlLogin.Hide(text)}' cannot be fetched: the schemes are http, https, git and ssh"
                : $"there is no directory '{text}'");
    }

    /// <summary>Whether the context or the Dockerfile is fetched before anything can be read: neither a directory of this machine nor a Dockerfile through standard input is.</summary>
    /// <param name="context">CONTEXT as it was given.</param>
    /// <param name="file"><c>--file</c> as it was given; null for nothing.</param>
    /// <exception cref="UsageException">There is no such context.</exception>
    public static bool IsElsewhere(string context, string? file) => !Path.IsPathRooted(ReadMain(context)) || (file is not null && IsRemote(file));

    /// <summary>Whether <c>--file</c> names a Dockerfile of the web.</summary>
    public static bool IsRemote(string file) => FindRemote(file) is HttpSource;

    /// <summary>Reads <c>--file</c>: for a context that is no directory a relative path is one in the context.</summary>
    /// <param name="text">What was given; null for nothing.</param>
    /// <param name="context">The context.</param>
    /// <exception cref="UsageException">Both are to come through standard input.</exception>
    public static string? ReadFile(string? text, string context) => text switch
    {
        null => null,
        Input when context == Input => throw new UsageException("standard input can be the context or the Dockerfile, not both"),
        Input => null,
        _ when IsRemote(text) => text,
        _ => Path.IsPathRooted(context) ? Path.GetFullPath(text) : text,
    };

    /// <summary>Reads all <c>--build-context</c>. Whether there is such a thing is seen when it is used.</summary>
    /// <exception cref="UsageException">One has no name, or no place.</exception>
    public static ImmutableDictionary<string, string> ReadNamed(IReadOnlyList<string> words)
    {
        var contexts = ImmutableDictionary<string, string>.Empty;
        foreach (var word in words)
        {
            var (name, value) = CsvFields.Pair(word);
            contexts = name.Length > 0 && !string.IsNullOrEmpty(value)
                ? contexts.SetItem(name, ReadPlace(value))
                : throw new UsageException($"'{word}' is not a build context: write NAME=PATH, NAME=docker-image://REFERENCE, NAME=oci-layout://PATH[:TAG] or NAME=URL");
        }

        return contexts;
    }

    /// <summary>Whether git reaches the context through SSH, for which a build then has the user's agent without asking, as with buildx.</summary>
    public static bool NeedsAgent(string context) => FindRemote(context) is GitSource { Transport: GitTransport.Ssh };

    private static string ReadPlace(string value)
    {
        if (value.StartsWith(LayoutPrefix, StringComparison.Ordinal))
        {
            return LayoutPrefix + Path.GetFullPath(value[LayoutPrefix.Length..]);
        }

        if (value.StartsWith(ImagePrefix, StringComparison.Ordinal) || (!Directory.Exists(value) && FindRemote(value) is not null))
        {
            return value;
        }

        return !value.Contains("://", StringComparison.Ordinal) || Directory.Exists(value) ? Path.GetFullPath(value)
            : throw new UsageException($"--build-context: '{UrlLogin.Hide(value)}' cannot be fetched: the schemes are docker-image, oci-layout, http, https, git and ssh");
    }

    private static RemoteSource? FindRemote(string text)
    {
        try
        {
            return RemoteSource.TryParseContext(text, out var source) ? source : null;
        }
        catch (SourceSyntaxException problem)
        {
            throw new UsageException($"'{UrlLogin.Hide(text)}' is not valid: {problem.Message}");
        }
    }
}
