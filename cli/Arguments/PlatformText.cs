using SharpBuild.Image;

namespace SharpBuild.Cli.Arguments;

/// <summary>The value of <c>--platform</c>.</summary>
internal static class PlatformText
{
    private const string Local = "local";

    /// <summary>Reads one platform; <c>local</c> is this machine's.</summary>
    /// <exception cref="UsageException">It is none; nothing at all is none either.</exception>
    public static Platform Read(string text)
    {
        try
        {
            return text == Local ? Platform.Host : Platform.Parse(text);
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"--platform: {wrong.Message}");
        }
    }

    /// <summary>Reads one platform; null when the option was not given.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static Platform? TryRead(string? text) => text is null ? null : Read(text);

    /// <summary>Reads lists that are separated by commas.</summary>
    /// <exception cref="UsageException">A part is no platform; an empty one is a variable that was not set, and not this machine's.</exception>
    public static IEnumerable<Platform> ReadAll(IEnumerable<string> words) =>
        words.SelectMany(static word => word.Split(',', StringSplitOptions.TrimEntries)).Select(Read);

    /// <summary>Reads what DOCKER_DEFAULT_PLATFORM says; this machine's when it is not set, or empty.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static Platform ReadDefault(string? text) => string.IsNullOrEmpty(text) ? Platform.Host : Read(text.Trim());
}
